using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Allocations;

/// <summary>
/// What the agent keeps of an allocation on disk, format 1: what was asked, where its ports are, where it stands.
/// </summary>
internal sealed record AllocationRecord
{
    public int Format { get; init; } = 1;

    public required Allocation Allocation { get; init; }

    public required TaskSpec Spec { get; init; }

    public required string Project { get; init; }

    public required string Service { get; init; }

    public IReadOnlyList<BoundPort> Ports { get; init; } = [];

    public required AllocationState State { get; init; }
}
