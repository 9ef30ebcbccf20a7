namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>What a script says about a query besides its values.</summary>
internal enum ExpectationKind : byte
{
    Ordered,
    Fail,
    Warn,
    NoWarn,
    Info,
    NoInfo,
}
