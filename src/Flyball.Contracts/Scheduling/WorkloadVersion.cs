namespace Flyball.Contracts.Scheduling;

/// <summary>
/// One immutable version of a workload's task; written by Scheduling when it first sees the spec. The resource's name
/// is <c>{workload}@{number}</c>.
/// </summary>
public sealed record WorkloadVersion
{
    public int Format { get; set; } = 1;

    public required string Workload { get; init; }

    /// <summary>From 1, in the order in which versions were applied.</summary>
    public required int Number { get; init; }

    /// <summary>SHA-256 of the spec's canonical bytes: applying an equal spec again is no new version.</summary>
    public required string SpecHash { get; init; }

    public required TaskSpec Task { get; init; }

    public required long CreatedUnixMs { get; init; }

    /// <summary>True once a rollout of it completed: a version that a rollback may return to.</summary>
    public bool Stable { get; init; }

    public static string NameOf(string workload, int number) => FormattableString.Invariant($"{workload}@{number}");
}
