using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers;

/// <summary>Everything that a driver may know of the allocation it works for.</summary>
internal sealed record TaskContext
{
    public required Allocation Allocation { get; init; }

    public required TaskSpec Spec { get; init; }

    public required string Project { get; init; }

    public required string Service { get; init; }

    /// <summary>The allocation's own directory on this node; exists.</summary>
    public required string Directory { get; init; }

    /// <summary>Where its ports are bound on this node.</summary>
    public IReadOnlyList<BoundPort> Ports { get; init; } = [];

    public string Id => Allocation.Id;

    /// <summary>The mark by which a start is found again: unique to this attempt of this allocation.</summary>
    public string Nonce(int attempt) => FormattableString.Invariant($"{Allocation.Id}.{attempt}");

    public BoundPort? FindPort(string? name) =>
        Ports.FirstOrDefault(p => name is null || p.Name == name);
}
