using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Scheduling;
using Flyball.Gateway.Routing;
using Flyball.Simulation.Clusters;
using Flyball.Simulation.Roles;

namespace Flyball.Simulation.Witnesses;

/// <summary>
/// Whether the cluster has arrived: what runs is what is desired, the catalogue and every gateway say the same, and
/// nothing is left over. The first difference in words, or null.
/// </summary>
internal sealed class Settlement(SimulatedCluster cluster)
{
    private ResourceSnapshot Now => cluster.Store.Current;

    /// <summary>Something that its user has to mend crashes again and again, and is written about.</summary>
    public bool IsRestless => Now.List(Kinds.Rollout).Any(row => row.Value.State == RolloutState.Paused);

    public string? Problem() =>
        NodesProblem() ?? WorkloadsProblem() ?? LeftoversProblem() ?? CatalogueProblem() ?? GatewaysProblem()
        ?? TasksProblem();

    private string? NodesProblem()
    {
        foreach (SimulatedNode node in cluster.Nodes)
        {
            NodeState? state = Now.Get(Kinds.Node, node.Name)?.Value.State;
            if (!node.IsGone && state != NodeState.Ready) return $"{node.Name} is {state}";
            if (node.IsGone && state != NodeState.Lost) return $"{node.Name} is not lost yet";
            if (node.Unacknowledged > 0) return $"{node.Name} has reports that were not acknowledged";
        }

        return null;
    }

    private string? WorkloadsProblem()
    {
        foreach (Resource<Workload> workload in Now.List(Kinds.Workload))
            if (new WorkloadSettlement(Now, workload).Problem() is { } problem)
                return $"{workload.Key.Name}: {problem}";
        return null;
    }

    /// <summary>Nothing may stay of what is gone, and histories are bounded.</summary>
    private string? LeftoversProblem()
    {
        foreach (Resource<Allocation> allocation in Now.List(Kinds.Allocation))
            if (Now.Find(Kinds.Workload.Key(allocation.Value.Workload)) is null)
                return $"allocation {allocation.Key.Name} is left over from {allocation.Value.Workload}";
        foreach (StoredResource status in Now.List(Kinds.AllocationStatus.Name))
            if (Now.Find(Kinds.Allocation.Key(status.Key.Name)) is null) return $"{status.Key} is left over";
        foreach (string kind in new[] { Kinds.Rollout.Name, Kinds.Scale.Name })
            foreach (StoredResource row in Now.List(kind))
                if (Now.Find(Kinds.Workload.Key(row.Key.Name)) is null) return $"{row.Key} is left over";
        foreach (IGrouping<string, WorkloadVersion> versions in Now.List(Kinds.Version).Select(row => row.Value)
            .GroupBy(version => version.Workload))
        {
            if (Now.Find(Kinds.Workload.Key(versions.Key)) is null) return $"versions of {versions.Key} are left over";
        }

        return null;
    }

    private string? CatalogueProblem()
    {
        var expected = new SortedSet<string>(
            Now.List(Kinds.AllocationStatus).Select(row => row.Value).Where(IsServing)
                .SelectMany(status => status.Ports.Select(port => Endpoint.NameOf(status.Allocation, port.Name))),
            StringComparer.Ordinal);
        foreach (Resource<Endpoint> endpoint in Now.List(Kinds.Endpoint))
        {
            if (endpoint.Value.Draining) return $"{endpoint.Key.Name} still drains";
            if (endpoint.Value.Health != HealthState.Passing) continue;
            if (!expected.Remove(endpoint.Key.Name)) return $"{endpoint.Key.Name} is in the catalogue without a task";
        }

        return expected.Count == 0 ? null : $"{expected.Min} is not in the catalogue";
    }

    private string? GatewaysProblem()
    {
        HashSet<string> live =
            [.. Now.List(Kinds.GatewayStatus).Where(row => row.Value.Live).Select(row => row.Key.Name)];
        if (live.Count > cluster.Gateways.Count) return $"{live.Count} gateways count as live";
        foreach (SimulatedGateway gateway in cluster.Gateways)
        {
            if (gateway.Table is not { } table) return $"{gateway.Name} is down";
            if (!live.Contains(gateway.Id!)) return $"{gateway.Name} does not count as live";
            foreach (Upstream upstream in table.Upstreams())
            {
                string[] routed =
                    [.. upstream.Endpoints.Ready.Select(ready => ready.Name).Order(StringComparer.Ordinal)];
                string[] known = [.. Now.List(Kinds.Endpoint).Where(row => row.Value.Service == upstream.Service
                    && row.Value.Health == HealthState.Passing).Select(row => row.Key.Name)];
                if (!routed.SequenceEqual(known)) return $"{gateway.Name} routes {upstream.Service} to other endpoints";
            }

            if (table.EndpointCount != Now.Count(Kinds.Endpoint.Name)) return $"{gateway.Name} knows other endpoints";
            if (table.RouteCount != Now.Count(Kinds.Route.Name)) return $"{gateway.Name} knows other routes";
        }

        return null;
    }

    private string? TasksProblem()
    {
        foreach (SimulatedNode node in cluster.Nodes.Where(node => !node.IsGone))
        {
            string[] placed = [.. Now.List(Kinds.Allocation).Where(row => row.Value.Node == node.Name)
                .Select(row => row.Key.Name)];
            // One that failed before it began, on a full disk, is told of and not kept.
            string[] unknown = [.. placed.Except(node.Known).Where(id => !HasEnded(id))];
            if (unknown.Length > 0) return $"{node.Name} does not know {unknown[0]}";
            string[] kept = [.. node.Known.Except(placed)];
            if (kept.Length > 0) return $"{node.Name} keeps {kept[0]}, which is gone";
            string[] serving =
                [.. placed.Where(id => Now.Get(Kinds.AllocationStatus, id)?.Value is { } s && IsServing(s))];
            string[] running = [.. node.Engine.Running.Where(task => task.ServesFrom is not null)
                .Select(task => task.Allocation).Order(StringComparer.Ordinal)];
            if (!running.SequenceEqual(serving)) return $"{node.Name} runs other tasks than are known to run";
        }

        return null;
    }

    private bool HasEnded(string allocation) =>
        Now.Get(Kinds.AllocationStatus, allocation)?.Value is { IsTerminal: true };

    private static bool IsServing(AllocationStatus status) =>
        status is { Phase: AllocationPhase.Running, Health: HealthState.Passing };
}
