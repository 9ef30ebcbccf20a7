namespace Flyball.Store.Memory;

/// <summary>
/// What goes wrong in a simulated store, drawn from a seed. A commit that is answered Unavailable wrote nothing, as
/// with a full disk.
/// </summary>
public sealed record MemoryFaults(Random Random)
{
    /// <summary>The share of commits and lease changes that are not taken: 0 to 1. Default 0.</summary>
    public double UnavailableShare { get; init; }

    /// <summary>The longest time an answer takes; each takes an evenly drawn part of it. Default none.</summary>
    public TimeSpan LatencyMax { get; init; }
}
