using Flyball.Base.Resources;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>The index's row of one allocation. A report may be there before or after the allocation itself.</summary>
internal sealed class AllocationEntry
{
    public Resource<Allocation>? Resource { get; set; }

    public AllocationStatus? Status { get; set; }

    public long? HealthySeenUnixMs { get; set; }

    /// <summary>Holds nothing of its node. One that was lost may still run there when its node returns.</summary>
    public bool HoldsNothing => Resource is null || Status is { IsTerminal: true, Phase: not AllocationPhase.Lost };
}
