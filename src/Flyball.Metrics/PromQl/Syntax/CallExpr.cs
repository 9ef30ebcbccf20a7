namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>A function call.</summary>
internal sealed class CallExpr(FunctionSignature function, IReadOnlyList<Expr> arguments, TextRange range) : Expr
{
    public FunctionSignature Function => function;

    public IReadOnlyList<Expr> Arguments => arguments;

    public override TextRange Range => range;

    public override ExprType Type => function.Returns;

    public override IEnumerable<Expr> Children => arguments;
}
