using Flyball.Base.Resources;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>Everything that is known of one workload: what is desired and what was observed.</summary>
internal sealed class WorkloadView
{
    public required string Name { get; init; }

    /// <summary>Null when the user removed it and only its remains are left.</summary>
    public required Resource<Workload>? Spec { get; init; }

    /// <summary>The index's row, asked for what is costly and seldom needed.</summary>
    public required WorkloadEntry Entry { private get; init; }

    /// <summary>The hash of the spec's task; null without a spec.</summary>
    public string? SpecHash => Entry.SpecHash;

    public required Resource<Scale>? Scale { get; init; }

    public required Resource<Rollout>? Rollout { get; init; }

    /// <summary>By number, ascending.</summary>
    public required IReadOnlyList<VersionView> Versions { get; init; }

    /// <summary>By id, ascending: oldest first.</summary>
    public required IReadOnlyList<AllocationView> Allocations { get; init; }

    /// <summary>
    /// The replicas in force: none while stopped, else the scale that somebody wrote, else the manifest's.
    /// </summary>
    public int Replicas => Spec switch
    {
        null or { Value.Stopped: true } => 0,
        { } spec => Math.Max(0, Scale?.Value.Replicas ?? spec.Value.Replicas),
    };
}
