namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>An expression in parentheses.</summary>
internal sealed class ParenExpr(Expr inner, TextRange range) : Expr
{
    public Expr Inner => inner;

    public override TextRange Range => range;

    public override ExprType Type => inner.Type;

    public override IEnumerable<Expr> Children => [inner];
}
