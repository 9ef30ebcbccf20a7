namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>An instant expression evaluated over a time range before each step: <c>expr[1h:1m]</c>.</summary>
internal sealed class SubqueryExpr(Expr inner, TextRange range) : Expr
{
    private TextRange range = range;

    public Expr Inner => inner;

    /// <summary>Milliseconds; 0 when <see cref="WidthExpr"/> says it.</summary>
    public required long WidthMs { get; init; }

    public DurationExpr? WidthExpr { get; init; }

    /// <summary>Milliseconds; 0 for the default step, unless <see cref="StepExpr"/> says it.</summary>
    public long StepMs { get; init; }

    public DurationExpr? StepExpr { get; init; }

    public TimeShift Shift { get; } = new();

    public override TextRange Range => range;

    public override ExprType Type => ExprType.Matrix;

    public override IEnumerable<Expr> Children => [inner];

    public void ExtendTo(int end) => range = range with { End = end };
}
