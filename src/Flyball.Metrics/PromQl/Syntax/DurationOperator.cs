namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>What a duration expression does.</summary>
internal enum DurationOperator : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,

    /// <summary><c>step()</c>: the query's step.</summary>
    Step,

    /// <summary><c>range()</c>: from the query's start to its end.</summary>
    QueryRange,

    MinOf,
    MaxOf,
}
