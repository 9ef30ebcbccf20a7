namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>
/// Arithmetic on durations in seconds, for ranges, steps and offsets. Without a left side it is a sign; without both
/// it is <c>step()</c> or <c>range()</c>.
/// </summary>
internal sealed class DurationExpr(DurationOperator op, Expr? left, Expr? right, TextRange range) : Expr
{
    public DurationOperator Operator => op;

    public Expr? Left => left;

    public Expr? Right => right;

    /// <summary>Whether parentheses stand around it.</summary>
    public bool IsWrapped { get; init; }

    public override TextRange Range => range;

    public override ExprType Type => ExprType.Scalar;

    public DurationExpr Wrap() => new(op, left, right, range) { IsWrapped = true };
}
