namespace Flyball.Contracts.Scheduling;

/// <summary>Which comes first when an allocation is replaced.</summary>
public enum UpdateOrder
{
    /// <summary>The new one becomes healthy before the old one is drained: no lost capacity (default).</summary>
    StartFirst,

    /// <summary>
    /// The old one stops before the new one starts: for what cannot run twice, such as a fixed host port.
    /// </summary>
    StopFirst,
}
