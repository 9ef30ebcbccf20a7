using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Workloads.Listing;

/// <summary>All there is to know of a workload.</summary>
internal sealed record WorkloadDetail
{
    public required WorkloadRow Summary { get; init; }

    public required Workload Workload { get; init; }

    public Scale? Scale { get; init; }

    public Rollout? Rollout { get; init; }

    public required IReadOnlyList<WorkloadVersion> Versions { get; init; }

    public required IReadOnlyList<AllocationRow> Allocations { get; init; }

    public static WorkloadDetail Of(WorkloadView view) => new()
    {
        Summary = WorkloadRow.Of(view),
        Workload = view.Spec!.Value.Value,
        Scale = view.Scale?.Value,
        Rollout = view.Rollout?.Value,
        Versions = [.. view.Versions.Select(version => version.Version)],
        Allocations = [.. view.Allocations.Select(AllocationRow.Of)],
    };
}
