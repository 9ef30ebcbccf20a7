using Flyball.Simulation.Clusters;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Simulation.Witnesses;

/// <summary>
/// Since when a workload must be reachable: from a moment after an instance was in the catalogue, until the user stops
/// it or its update policy lets it go down for a while.
/// </summary>
internal sealed class ServingWitness(SimulatedCluster cluster) : ICommitRule
{
    /// <summary>From the catalogue to every gateway.</summary>
    private static readonly TimeSpan Propagation = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, DateTimeOffset> since = new(StringComparer.Ordinal);

    public void Check(ResourceSnapshot before, ResourceSnapshot after, IReadOnlyList<ResourceChange> changes)
    {
        foreach (ResourceChange change in changes)
        {
            if (change.Key.Kind == Kinds.Endpoint.Name
                && change.Current?.Decode(Kinds.Endpoint) is { Draining: false, Health: HealthState.Passing } endpoint
                && MustServe(after, endpoint.Service))
                since.TryAdd(endpoint.Service, cluster.Time.GetUtcNow());
            if (change.Key.Kind == Kinds.Workload.Name || change.Key.Kind == Kinds.Scale.Name)
                if (!MustServe(after, change.Key.Name)) since.Remove(change.Key.Name);
        }
    }

    /// <summary>True when a request that was sent then must find an instance.</summary>
    public bool IsExpected(string workload, DateTimeOffset sentAt) =>
        MustServe(cluster.Witness.Current, workload)
        && since.TryGetValue(workload, out DateTimeOffset at)
        && (at > cluster.Faults.LastActive ? at : cluster.Faults.LastActive) + Propagation < sentAt;

    private static bool MustServe(ResourceSnapshot snapshot, string name)
    {
        if (snapshot.Get(Kinds.Workload, name)?.Value is not { Stopped: false } workload) return false;
        int replicas = snapshot.Get(Kinds.Scale, name)?.Value.Replicas ?? workload.Replicas;
        if (replicas == 0) return false;
        bool goesDown = workload.Update.Order == UpdateOrder.StopFirst
            || workload.Task.Ports.Any(port => port.HostPort is not null);
        return !goesDown || replicas > workload.Update.Parallelism;
    }
}
