namespace Flyball.Metrics.Model;

/// <summary>What is known about a counter reset between a histogram and the one before it in its series.</summary>
internal enum CounterResetHint : byte
{
    /// <summary>Nothing: whoever needs to know compares the two.</summary>
    Unknown,

    /// <summary>The counter was reset before this histogram.</summary>
    Reset,

    /// <summary>The counter was not reset.</summary>
    NotReset,

    /// <summary>A gauge histogram: resets have no meaning.</summary>
    Gauge,
}
