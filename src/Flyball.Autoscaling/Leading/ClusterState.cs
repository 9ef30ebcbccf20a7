using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;

namespace Flyball.Autoscaling.Leading;

/// <summary>What the store holds about all workloads with a policy that is not off.</summary>
internal sealed class ClusterState
{
    private readonly SortedDictionary<string, WorkloadState> workloads = new(StringComparer.Ordinal);
    private readonly HashSet<string> routed = new(StringComparer.Ordinal);

    private ClusterState()
    {
    }

    /// <summary>In order of name; stopped ones are left out.</summary>
    public IReadOnlyCollection<WorkloadState> Workloads => workloads.Values;

    /// <summary>Gateways that hold a live session, by id.</summary>
    public List<string> GatewaysLive { get; } = [];

    /// <summary>When a gateway was last seen to go; null when none did.</summary>
    public long? GatewayWentUnixMs { get; private set; }

    public bool HasRoute(string workload) => routed.Contains(workload);

    public static ClusterState Of(ResourceSnapshot snapshot)
    {
        var state = new ClusterState();
        foreach (var policy in snapshot.List(Kinds.ScalePolicy))
            if (policy.Value.Mode != ScaleMode.Off && Find(snapshot, policy) is { } workload)
                state.workloads.Add(policy.Key.Name, workload);
        if (state.workloads.Count == 0)
            return state;
        state.AddReplicas(snapshot);
        foreach (var route in snapshot.List(Kinds.Route))
            state.AddRoute(route.Value);
        foreach (var gateway in snapshot.List(Kinds.GatewayStatus))
            if (gateway.Value.Live)
                state.GatewaysLive.Add(gateway.Key.Name);
            else
                state.GatewayWentUnixMs = Math.Max(state.GatewayWentUnixMs ?? 0, gateway.Value.ChangedUnixMs);
        return state;
    }

    /// <summary>A policy's workload, without its replicas; null when there is none or it is stopped.</summary>
    public static WorkloadState? Find(ResourceSnapshot snapshot, Resource<ScalePolicy> policy) =>
        snapshot.Get(Kinds.Workload, policy.Key.Name) is { Value.Stopped: false } workload
            ? new WorkloadState
            {
                Policy = policy,
                Workload = workload,
                Scale = snapshot.Get(Kinds.Scale, policy.Key.Name),
            }
            : null;

    private void AddRoute(Route route)
    {
        routed.Add(route.Service);
        foreach (var target in route.Targets ?? [])
            routed.Add(target.Service);
        if (route.Mirror is { } mirror)
            routed.Add(mirror.Service);
    }

    private void AddReplicas(ResourceSnapshot snapshot)
    {
        foreach (var row in snapshot.List(Kinds.Allocation))
        {
            var allocation = row.Value;
            if (allocation.Desired != DesiredState.Run
                || !workloads.TryGetValue(allocation.Workload, out var workload))
                continue;
            var status = snapshot.Get(Kinds.AllocationStatus, allocation.Id)?.Value;
            if (status is { IsTerminal: true })
                continue;
            workload.Replicas.Add(new ReplicaState(
                allocation.Id, snapshot.Get(Kinds.Node, allocation.Node)?.Value.Hostname ?? allocation.Node,
                allocation.CreatedUnixMs,
                status is { Phase: AllocationPhase.Running, Health: HealthState.Passing }
                    ? status.HealthySinceUnixMs ?? status.StartedUnixMs ?? allocation.CreatedUnixMs
                    : null));
        }
    }
}
