namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>The samples of a time range before each step.</summary>
internal sealed class MatrixSelector(VectorSelector selector, long widthMs, DurationExpr? widthExpr, int end) : Expr
{
    private int end = end;

    public VectorSelector Selector => selector;

    /// <summary>Milliseconds; 0 when <see cref="WidthExpr"/> says it.</summary>
    public long WidthMs => widthMs;

    public DurationExpr? WidthExpr => widthExpr;

    public override TextRange Range => new(selector.Range.Start, end);

    public override ExprType Type => ExprType.Matrix;

    public override IEnumerable<Expr> Children => [selector];

    public void ExtendTo(int newEnd) => end = newEnd;
}
