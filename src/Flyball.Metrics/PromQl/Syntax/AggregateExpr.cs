namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>An aggregation over a vector.</summary>
internal sealed class AggregateExpr(AggregateOperator op, Expr inner, Expr? parameter, TextRange range) : Expr
{
    public AggregateOperator Operator => op;

    public Expr Inner => inner;

    public Expr? Parameter => parameter;

    /// <summary>Where annotations about the vector point to: behind its parentheses.</summary>
    public TextRange InnerRange { get; } = inner.Unwrap().Range;

    /// <summary>Where annotations about the parameter point to.</summary>
    public TextRange ParameterRange { get; } = parameter?.Unwrap().Range ?? default;

    /// <summary>The labels of <c>by</c> or <c>without</c>, as written.</summary>
    public IReadOnlyList<string> Grouping { get; init; } = [];

    public bool IsWithout { get; init; }

    public override TextRange Range => range;

    public override ExprType Type => ExprType.Vector;

    public override IEnumerable<Expr> Children => parameter is null ? [inner] : [inner, parameter];
}
