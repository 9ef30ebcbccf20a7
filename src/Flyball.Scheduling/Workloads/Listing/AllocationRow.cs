using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Workloads.Listing;

/// <summary>An allocation and what its node said of it.</summary>
internal sealed record AllocationRow
{
    public required string Id { get; init; }

    public required string Workload { get; init; }

    public required int Version { get; init; }

    public required string Node { get; init; }

    public required int Index { get; init; }

    public required DesiredState Desired { get; init; }

    public required long CreatedUnixMs { get; init; }

    public long? StopDeadlineUnixMs { get; init; }

    public long? RetryAtUnixMs { get; init; }

    public int Attempt { get; init; }

    public required string Reason { get; init; }

    public required long Revision { get; init; }

    public AllocationStatus? Status { get; init; }

    public static AllocationRow Of(AllocationView view)
    {
        Allocation allocation = view.Allocation;
        return new AllocationRow
        {
            Id = allocation.Id,
            Workload = allocation.Workload,
            Version = allocation.Version,
            Node = allocation.Node,
            Index = allocation.Index,
            Desired = allocation.Desired,
            CreatedUnixMs = allocation.CreatedUnixMs,
            StopDeadlineUnixMs = allocation.StopDeadlineUnixMs,
            RetryAtUnixMs = allocation.RetryAtUnixMs,
            Attempt = allocation.Attempt,
            Reason = allocation.Reason,
            Revision = view.Resource.Revision.Value,
            Status = view.Status,
        };
    }
}
