namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>Properties of binary operators.</summary>
internal static class BinaryOperators
{
    private static readonly string[] Symbols =
        ["+", "-", "*", "/", "%", "^", "atan2", "==", "!=", "<", "<=", ">", ">=", "</", ">/", "and", "or", "unless"];

    public static string Symbol(this BinaryOperator op) => Symbols[(int)op];

    public static bool IsComparison(this BinaryOperator op) =>
        op is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual;

    public static bool IsSet(this BinaryOperator op) => op >= BinaryOperator.And;

    public static bool IsTrim(this BinaryOperator op) => op is BinaryOperator.TrimUpper or BinaryOperator.TrimLower;

    /// <summary>A higher number binds closer.</summary>
    public static int Precedence(this BinaryOperator op) => op switch
    {
        BinaryOperator.Or => 1,
        BinaryOperator.And or BinaryOperator.Unless => 2,
        BinaryOperator.Add or BinaryOperator.Subtract => 4,
        BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo or BinaryOperator.Atan2 => 5,
        BinaryOperator.Power => 6,
        _ => 3,
    };
}
