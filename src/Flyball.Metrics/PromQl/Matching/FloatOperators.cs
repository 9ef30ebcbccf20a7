using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Matching;

/// <summary>Binary operators on floats.</summary>
internal static class FloatOperators
{
    /// <summary>Comparisons give 0 or 1.</summary>
    public static Func<double, double, double> ForScalars(BinaryOperator op) => op.IsComparison()
        ? (left, right) => Holds(op, left, right) ? 1 : 0
        : Arithmetic(op);

    public static Func<double, double, double> Arithmetic(BinaryOperator op) => op switch
    {
        BinaryOperator.Add => static (left, right) => left + right,
        BinaryOperator.Subtract => static (left, right) => left - right,
        BinaryOperator.Multiply => static (left, right) => left * right,
        BinaryOperator.Divide => static (left, right) => left / right,
        BinaryOperator.Modulo => static (left, right) => left % right,
        BinaryOperator.Power => Math.Pow,
        BinaryOperator.Atan2 => Math.Atan2,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "BUG: not an arithmetic operator."),
    };

    public static bool Holds(BinaryOperator op, double left, double right) => op switch
    {
        BinaryOperator.Equal => left == right,
        BinaryOperator.NotEqual => left != right,
        BinaryOperator.Less => left < right,
        BinaryOperator.LessOrEqual => left <= right,
        BinaryOperator.Greater => left > right,
        BinaryOperator.GreaterOrEqual => left >= right,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "BUG: not a comparison."),
    };
}
