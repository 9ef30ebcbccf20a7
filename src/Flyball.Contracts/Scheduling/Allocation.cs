namespace Flyball.Contracts.Scheduling;

/// <summary>
/// The decision that one instance of a version runs on a node; written by Scheduling only. Its id is the resource's
/// name and is never used again.
/// </summary>
public sealed record Allocation
{
    public int Format { get; set; } = 1;

    public required string Id { get; init; }

    public required string Workload { get; init; }

    /// <summary>The version's number.</summary>
    public required int Version { get; init; }

    public required string Node { get; init; }

    /// <summary>The replica's slot, from 0: stable names and metrics across replacements.</summary>
    public required int Index { get; init; }

    public DesiredState Desired { get; set; } = DesiredState.Run;

    /// <summary>
    /// With <see cref="DesiredState.Stop"/>: when the agent stops it even if requests are still in flight.
    /// </summary>
    public long? StopDeadlineUnixMs { get; init; }

    public int RestartGeneration { get; init; }

    public required long CreatedUnixMs { get; init; }

    /// <summary>How many allocations of this slot failed in a row before this one; 0 for a first try.</summary>
    public int Attempt { get; init; }

    /// <summary>
    /// On a failed allocation: when Scheduling replaces it (the server's clock); null before that is decided.
    /// </summary>
    public long? RetryAtUnixMs { get; init; }

    /// <summary>Why it was placed or is being stopped, for people.</summary>
    public string Reason { get; set; } = "";
}
