namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>The operators between two expressions.</summary>
internal enum BinaryOperator : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Atan2,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary><c>&lt;/</c>: removes a histogram's observations above a number.</summary>
    TrimUpper,

    /// <summary><c>&gt;/</c>: removes a histogram's observations below a number.</summary>
    TrimLower,

    And,
    Or,
    Unless,
}
