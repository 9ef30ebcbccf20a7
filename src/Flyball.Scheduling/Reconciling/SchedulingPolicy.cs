namespace Flyball.Scheduling.Reconciling;

/// <summary>The numbers that the reconciler decides by.</summary>
internal sealed record SchedulingPolicy
{
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan ReplacementDelay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan ReplacementDelayMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// A stop that no node ever answered is taken as done this long after its deadline and grace period.
    /// </summary>
    public TimeSpan UnansweredStop { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a node that is back from being lost may take to say what still runs there.</summary>
    public TimeSpan ReturnGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Versions kept beside those in use.</summary>
    public int VersionHistory { get; init; } = 10;
}
