using Flyball.Simulation.Clients;
using Flyball.Simulation.Clusters;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Scheduling;
using Flyball.Simulation.Roles;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Witnesses;

/// <summary>
/// An ordered stop: before its deadline a serving endpoint leaves the catalogue only when no live gateway sends
/// requests there any more, and the task gets its signal only when the endpoint has left. Looked up in the gateways
/// themselves, not in what they reported.
/// </summary>
internal sealed class DrainRule(SimulatedCluster cluster) : ICommitRule
{
    /// <summary>
    /// A gateway that came up just now may still count as live for what the one before it had applied.
    /// </summary>
    private static readonly TimeSpan FreshGateway = TimeSpan.FromSeconds(15);

    public void Check(ResourceSnapshot before, ResourceSnapshot after, IReadOnlyList<ResourceChange> changes)
    {
        foreach (ResourceChange change in changes)
        {
            if (change.Key.Kind != Kinds.Endpoint.Name || !change.IsDelete) continue;
            Endpoint endpoint = before.Get(Kinds.Endpoint, change.Key.Name)!.Value.Value;
            if (IsOrdered(after, endpoint.Allocation)) CheckReleased(before, change.Key.Name, endpoint);
        }
    }

    public void Stopping(string node, SimulatedTask task)
    {
        ResourceSnapshot now = cluster.Store.Current;
        if (now.Get(Kinds.Allocation, task.Allocation)?.Value is not { } allocation) return;
        if (allocation.StopDeadlineUnixMs <= NowUnixMs) return;
        if (allocation.Desired == DesiredState.Run)
            cluster.Trace.Violate($"{node} stops {task.Nonce}, which is wanted");
        foreach (Resource<Endpoint> endpoint in now.List(Kinds.Endpoint))
            if (endpoint.Value.Allocation == task.Allocation && IsAt(endpoint.Value, task))
                cluster.Trace.Violate($"{node} stops {task.Nonce} before its deadline while it is in the catalogue");
    }

    private long NowUnixMs => cluster.Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>It is to stop, still serves as far as is known, and has time.</summary>
    private bool IsOrdered(ResourceSnapshot after, string id) =>
        after.Get(Kinds.Allocation, id)?.Value is { Desired: DesiredState.Stop } allocation
        && allocation.StopDeadlineUnixMs > NowUnixMs
        && after.Get(Kinds.AllocationStatus, id)?.Value is
            { Phase: AllocationPhase.Starting or AllocationPhase.Running or AllocationPhase.Stopping };

    private void CheckReleased(ResourceSnapshot before, string name, Endpoint endpoint)
    {
        foreach (SimulatedGateway gateway in cluster.Gateways)
        {
            if (gateway.Table is not { } table || gateway.Age < FreshGateway) continue;
            if (before.Get(Kinds.GatewayStatus, gateway.Id!)?.Value is not { Live: true }) continue;
            bool routes = table.Upstreams().Any(upstream => upstream.Endpoints.Ready.Any(ready => ready.Name == name));
            if (routes) cluster.Trace.Violate($"{name} left the catalogue while {gateway.Name} sends requests there");
            if (cluster.TaskAt(endpoint.Address, endpoint.PortNumber) is { } task
                && cluster.Requests.InFlight(gateway.Name, RequestWitness.Way(name, task)) > 0)
                cluster.Trace.Violate($"{name} left the catalogue with requests of {gateway.Name} in flight");
        }
    }

    private static bool IsAt(Endpoint endpoint, SimulatedTask task) =>
        task.Ports.Any(port => port.Address == endpoint.Address && port.Port == endpoint.PortNumber);
}
