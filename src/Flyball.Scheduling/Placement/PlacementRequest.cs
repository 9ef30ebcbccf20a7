using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Placement;

/// <summary>What one allocation needs of a node.</summary>
internal sealed record PlacementRequest
{
    public required string Workload { get; init; }

    public required string Driver { get; init; }

    public required IReadOnlyList<Constraint> Constraints { get; init; }

    public required long CpuMillis { get; init; }

    public required long MemoryBytes { get; init; }

    public required IReadOnlyList<HostPort> Ports { get; init; }

    /// <summary>A node where this slot failed just now: taken only when no other fits.</summary>
    public string? AvoidNode { get; init; }

    /// <summary>The node that holds the slot's named volumes: taken when it fits.</summary>
    public string? PreferNode { get; init; }

    public static PlacementRequest For(string workload, TaskSpec task, IReadOnlyList<Constraint> constraints) => new()
    {
        Workload = workload,
        Driver = task.Driver,
        Constraints = constraints,
        CpuMillis = Claim.Millis(task.Resources),
        MemoryBytes = task.Resources.MemoryReservationBytes ?? 0,
        Ports = HostPort.Of(task),
    };
}
