namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>Two expressions and an operator.</summary>
internal sealed class BinaryExpr(
    BinaryOperator op, Expr left, Expr right, VectorMatching? matching, bool returnsBool, TextRange opRange) : Expr
{
    public BinaryOperator Operator => op;

    public Expr Left => left;

    public Expr Right => right;

    /// <summary>Null unless both sides are instant vectors.</summary>
    public VectorMatching? Matching { get; set; } = matching;

    /// <summary>A comparison that gives 0 or 1 instead of filtering.</summary>
    public bool ReturnsBool => returnsBool;

    /// <summary>Where the operator itself stands.</summary>
    public TextRange OperatorRange => opRange;

    public override TextRange Range => TextRange.Between(left.Range, right.Range);

    public override ExprType Type =>
        left.Type == ExprType.Scalar && right.Type == ExprType.Scalar ? ExprType.Scalar : ExprType.Vector;

    public override IEnumerable<Expr> Children => [left, right];
}
