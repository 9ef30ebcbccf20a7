using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;

namespace Flyball.Discovery.Catalogue;

/// <summary>
/// What the catalogue shall be, from allocations, their statuses and the gateways: pure, so that a server that comes
/// back, or another one that takes over, arrives at the same.
/// <list type="bullet">
/// <item>An endpoint stands for each known port of an allocation that starts or runs.</item>
/// <item>It drains from when its allocation shall stop. It never goes straight from serving to absent then: the agent
/// waits to see it drain.</item>
/// <item>It goes when every live gateway has applied the drain and has nothing in flight there, or at the
/// deadline.</item>
/// <item>It goes at once when its task is down.</item>
/// </list>
/// </summary>
internal static class CatalogueProjection
{
    /// <summary>
    /// The kinds whose changes can change the plan. Not endpoints: who plans writes them. Not versions: they stand
    /// before their allocations and never change.
    /// </summary>
    public static readonly string[] InputKinds =
        [Kinds.Allocation.Name, Kinds.AllocationStatus.Name, Kinds.GatewayStatus.Name];

    public static CataloguePlan Plan(ResourceSnapshot snapshot, long nowUnixMs)
    {
        var gateways = new LiveGateways(snapshot);
        var wanted = new SortedSet<string>(StringComparer.Ordinal);
        var edits = new List<CatalogueEdit>();
        foreach (Resource<Allocation> allocation in snapshot.List(Kinds.Allocation))
        {
            if (snapshot.Get(Kinds.AllocationStatus, allocation.Key.Name) is not { } status) continue;
            if (!Serves(status.Value.Phase)) continue;
            foreach (BoundPort port in status.Value.Ports)
            {
                string name = Endpoint.NameOf(allocation.Key.Name, port.Name);
                Resource<Endpoint>? present = snapshot.Get(Kinds.Endpoint, name);
                if (Wish(snapshot, allocation.Value, status.Value, port, present, gateways, nowUnixMs) is not { } wish)
                    continue;
                wanted.Add(name);
                if (present?.Value != wish.Endpoint)
                    edits.Add(new CatalogueEdit(name, wish.Endpoint, present?.Revision ?? Revision.None, wish.Reason));
            }
        }

        foreach (StoredResource endpoint in snapshot.List(Kinds.Endpoint.Name))
        {
            string name = endpoint.Key.Name;
            // What was registered is written with its registration.
            if (Endpoint.IsRegistered(name) || wanted.Contains(name)) continue;
            string reason = WhyGone(snapshot, endpoint.Decode(Kinds.Endpoint), nowUnixMs);
            edits.Add(new CatalogueEdit(name, null, endpoint.Revision, reason));
        }

        return new CataloguePlan(edits, NextDeadline(snapshot, wanted, nowUnixMs));
    }

    /// <summary>What an endpoint shall be; null when it shall not exist.</summary>
    private static (Endpoint Endpoint, string Reason)? Wish(
        ResourceSnapshot snapshot, Allocation allocation, AllocationStatus status, BoundPort port,
        Resource<Endpoint>? present,
        LiveGateways gateways, long nowUnixMs)
    {
        bool drains = allocation.Desired == DesiredState.Stop || status.Phase == AllocationPhase.Stopping;
        if (!drains)
        {
            Endpoint serving = Describe(snapshot, allocation, status, port);
            return (serving, present is null ? "serves" : "changed");
        }

        if (present is not { } endpoint) return null;
        if (!IsAt(endpoint.Value, port)) return null;
        if (!endpoint.Value.Draining) return (endpoint.Value with { Draining = true }, "drains");
        bool isOver = allocation.StopDeadlineUnixMs <= nowUnixMs || gateways.HaveReleased(endpoint);
        // While it drains nothing of it is rewritten: its revision is what the gateways acknowledge.
        return isOver ? null : (endpoint.Value, "");
    }

    private static Endpoint Describe(
        ResourceSnapshot snapshot, Allocation allocation, AllocationStatus status, BoundPort port) => new()
    {
        Service = allocation.Workload,
        Port = port.Name,
        Allocation = allocation.Id,
        Version = allocation.Version,
        Node = allocation.Node,
        Address = port.Address,
        PortNumber = port.Port,
        Protocol = port.Protocol,
        Health = HealthOf(snapshot, allocation, status),
    };

    /// <summary>Without a health check a running task serves; with one only what the check says counts.</summary>
    private static HealthState HealthOf(ResourceSnapshot snapshot, Allocation allocation, AllocationStatus status)
    {
        if (status.Health != HealthState.Unknown || status.Phase != AllocationPhase.Running) return status.Health;
        WorkloadVersion? version = snapshot.Get(Kinds.Version, $"{allocation.Workload}@{allocation.Version}")?.Value;
        return version is not null && version.Task.HealthCheck is null ? HealthState.Passing : HealthState.Unknown;
    }

    /// <summary>A task that is up: crashed, stopped and not yet started ones answer nobody.</summary>
    private static bool Serves(AllocationPhase phase) =>
        phase is AllocationPhase.Starting or AllocationPhase.Running or AllocationPhase.Stopping;

    private static bool IsAt(Endpoint endpoint, BoundPort port) =>
        endpoint.Address == port.Address && endpoint.PortNumber == port.Port;

    private static string WhyGone(ResourceSnapshot snapshot, Endpoint endpoint, long nowUnixMs)
    {
        if (snapshot.Get(Kinds.Allocation, endpoint.Allocation) is not { } allocation) return "its allocation is gone";
        if (snapshot.Get(Kinds.AllocationStatus, endpoint.Allocation) is not { } status) return "its task is gone";
        if (!Serves(status.Value.Phase)) return $"its task is {status.Value.Phase}";
        return allocation.Value.StopDeadlineUnixMs <= nowUnixMs ? "its deadline to drain has passed" : "drained";
    }

    /// <summary>Of the endpoints that go on draining: the first moment at which time alone ends it.</summary>
    private static long? NextDeadline(ResourceSnapshot snapshot, SortedSet<string> wanted, long nowUnixMs)
    {
        long? next = null;
        foreach (string name in wanted)
        {
            string allocation = name[..name.IndexOf('.', StringComparison.Ordinal)];
            long? deadline = snapshot.Get(Kinds.Allocation, allocation)?.Value.StopDeadlineUnixMs;
            if (deadline > nowUnixMs && (next is null || deadline < next)) next = deadline;
        }

        return next;
    }

    /// <summary>The gateways that a drain waits for.</summary>
    private sealed class LiveGateways(ResourceSnapshot snapshot)
    {
        private readonly GatewayStatus[] live =
            [.. snapshot.List(Kinds.GatewayStatus).Select(status => status.Value).Where(status => status.Live)];

        public bool HaveReleased(Resource<Endpoint> endpoint) => Array.TrueForAll(
            live,
            gateway => gateway.AppliedRevision >= endpoint.Revision.Value
                && !gateway.BusyEndpoints.Contains(endpoint.Key.Name, StringComparer.Ordinal));
    }
}
