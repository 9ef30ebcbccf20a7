namespace Flyball.Contracts.Scheduling;

/// <summary>
/// Where a workload stands between two versions; written by Scheduling, one a workload, named like it.
/// </summary>
public sealed record Rollout
{
    public int Format { get; set; } = 1;

    public required string Workload { get; init; }

    /// <summary>The version that should run now (after a rollback: the earlier one).</summary>
    public required int TargetVersion { get; init; }

    /// <summary>The last version that completed a rollout; null before the first.</summary>
    public int? StableVersion { get; init; }

    /// <summary>
    /// The version that failed and was rolled back from; it is not tried again until the spec changes.
    /// </summary>
    public int? RejectedVersion { get; init; }

    public required RolloutState State { get; init; }

    public required long StartedUnixMs { get; init; }

    /// <summary>When the last batch became healthy; the next waits for the policy's delay after it.</summary>
    public long? LastBatchUnixMs { get; init; }

    /// <summary>
    /// The restart generation this rollout brings about; a higher one in the workload begins another.
    /// </summary>
    public int RestartGeneration { get; init; }

    public string Reason { get; set; } = "";

    /// <summary>
    /// Why the next allocation is not placed: no node can run it, or a dependency is awaited; empty when none waits.
    /// </summary>
    public string Waiting { get; set; } = "";
}
