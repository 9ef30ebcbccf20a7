using Flyball.Base.Resources;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// An allocation with what its node reported. Times are the server's: a node's clock may be wrong, so the age of
/// health counts from when the server saw it.
/// </summary>
internal sealed class AllocationView
{
    private readonly bool hasHealthCheck;

    public AllocationView(
        Resource<Allocation> resource,
        AllocationStatus? status,
        Node? node,
        TaskSpec? task,
        long? healthySeenUnixMs)
    {
        Resource = resource;
        Status = status;
        HealthySeenUnixMs = healthySeenUnixMs;
        Task = task;
        hasHealthCheck = task?.HealthCheck is not null;
        IsTerminal = status is { IsTerminal: true };
        IsLost = Phase == AllocationPhase.Lost || (!IsTerminal && node is null or { State: NodeState.Lost });
        NodeTrouble = IsTerminal || IsLost ? null : TroubleOf(node, task);
        NodeBackUnixMs = IsLost && node is { State: NodeState.Ready } ? node.ChangedUnixMs : null;
    }

    public Resource<Allocation> Resource { get; }

    public Allocation Allocation => Resource.Value;

    /// <summary>Null until the node reported anything.</summary>
    public AllocationStatus? Status { get; }

    /// <summary>When the server saw it become healthy; null when it is not.</summary>
    public long? HealthySeenUnixMs { get; }

    /// <summary>What it runs; null when its version is unknown.</summary>
    public TaskSpec? Task { get; }

    /// <summary>Lost, but its node is back since then and has not told yet whether it still runs.</summary>
    public long? NodeBackUnixMs { get; }

    /// <summary>
    /// Why what is known of it may be old: its node is silent, or the node's driver does not answer; null when all is
    /// well, or when the allocation has ended or is lost anyway.
    /// </summary>
    public string? NodeTrouble { get; }

    public string Id => Allocation.Id;

    public AllocationPhase Phase => Status?.Phase ?? AllocationPhase.Pending;

    public bool IsWanted => Allocation.Desired == DesiredState.Run;

    /// <summary>Its node is lost or unknown, so whether it runs cannot be told.</summary>
    public bool IsLost { get; }

    /// <summary>Nothing of it runs, as its node said (or as was concluded of a lost node).</summary>
    public bool IsTerminal { get; }

    /// <summary>It may run and its node can be heard, or was until a short time ago.</summary>
    public bool IsLive => !IsLost && !IsTerminal;

    /// <summary>It ran to its end, as its restart policy lets it.</summary>
    public bool IsDone => Phase == AllocationPhase.Completed && Task?.Restart.Condition is not RestartCondition.Any;

    /// <summary>Its process runs, whatever its health.</summary>
    public bool IsRunning => IsLive && Phase == AllocationPhase.Running;

    public bool IsHealthy => IsRunning
        && (Status!.Health == HealthState.Passing || (Status.Health == HealthState.Unknown && !hasHealthCheck));

    /// <summary>Its own policy bounds the restarts and they are used up: only the user starts it again.</summary>
    public bool IsGivenUp => Phase == AllocationPhase.Failed && Status!.ExitCode is not null
        && Task is { Restart: { Condition: RestartCondition.None } or { MaxAttempts: not null } };

    /// <summary>Healthy for at least <paramref name="monitor"/>.</summary>
    public bool IsSteady(long nowUnixMs, TimeSpan monitor) =>
        IsHealthy && nowUnixMs >= SteadyAtUnixMs(monitor);

    public long SteadyAtUnixMs(TimeSpan monitor) =>
        (HealthySeenUnixMs ?? long.MaxValue / 2) + (long)monitor.TotalMilliseconds;

    private static string? TroubleOf(Node? node, TaskSpec? task)
    {
        if (node is { State: NodeState.Disconnected })
            return $"the node {node.Hostname} is cut off; what ran there was left running";
        DriverInfo? driver = node?.Drivers.FirstOrDefault(driver => driver.Name == task?.Driver);
        return driver is { Healthy: false }
            ? $"the {driver.Name} driver on {node!.Hostname} does not work: {driver.Message}"
            : null;
    }
}
