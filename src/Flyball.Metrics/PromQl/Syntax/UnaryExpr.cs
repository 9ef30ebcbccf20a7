namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>A sign before anything but a number.</summary>
internal sealed class UnaryExpr(bool isNegative, Expr inner, int start) : Expr
{
    public bool IsNegative => isNegative;

    public Expr Inner => inner;

    public override TextRange Range => new(start, inner.Range.End);

    public override ExprType Type => inner.Type;

    public override IEnumerable<Expr> Children => [inner];
}
