using Flyball.Simulation.Clusters;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Witnesses;

/// <summary>
/// Follows every transaction in its order with the state before and after it, and asks each rule. Revisions must follow
/// one another without a gap.
/// </summary>
internal sealed class StoreWitness : IStopWitness
{
    private readonly SimulatedCluster cluster;
    private readonly IReadOnlyList<ICommitRule> rules;

    public StoreWitness(SimulatedCluster cluster)
    {
        this.cluster = cluster;
        Serving = new ServingWitness(cluster);
        Drains = new DrainRule(cluster);
        rules = [new PlacementRule(cluster), new HealthFloorRule(cluster), new EndRule(cluster), Drains, Serving];
    }

    /// <summary>The store as of the last transaction that the rules have seen.</summary>
    public ResourceSnapshot Current { get; private set; } = ResourceSnapshot.Empty;

    public LeaseWitness Leases { get; } = new();

    public ServingWitness Serving { get; }

    private DrainRule Drains { get; }

    public async Task RunAsync()
    {
        await foreach (ChangeBatch batch in cluster.Store.WatchAsync([], Revision.None, CancellationToken.None))
        {
            if (batch.Compacted) cluster.Trace.Violate("the witness lost the change log");
            foreach (IGrouping<Revision, ResourceChange> one in batch.Changes.GroupBy(change => change.Revision))
                Take(one.Key, [.. one]);
        }
    }

    public void Stopping(string node, SimulatedTask task) => Drains.Stopping(node, task);

    private void Take(Revision revision, ResourceChange[] changes)
    {
        if (revision != Current.Revision.Next)
            cluster.Trace.Violate($"revision {revision} follows {Current.Revision}");
        ResourceSnapshot before = Current;
        Current = before.Apply(changes, revision);
        foreach (ResourceChange change in changes) cluster.Trace.Add("store", Describe(change));
        foreach (ICommitRule rule in rules) rule.Check(before, Current, changes);
    }

    private static string Describe(ResourceChange change)
    {
        string what = $"{change.Revision} {change.Key.Kind} {change.Key.Name}";
        if (change.Current is not { } row) return $"{what} deleted";
        return what + change.Key.Kind switch
        {
            "allocation" => Text(row.Decode(Kinds.Allocation)),
            "allocation-status" => Text(row.Decode(Kinds.AllocationStatus)),
            "endpoint" => Text(row.Decode(Kinds.Endpoint)),
            "node" => $" {row.Decode(Kinds.Node).State}",
            "rollout" => Text(row.Decode(Kinds.Rollout)),
            "gateway-status" => Text(row.Decode(Kinds.GatewayStatus)),
            _ => "",
        };
    }

    private static string Text(Contracts.Scheduling.Allocation a) =>
        $" {a.Workload}@{a.Version} #{a.Index} on {a.Node} {a.Desired}: {a.Reason}";

    private static string Text(AllocationStatus s) => $" {s.Phase} {s.Health} {s.Message}";

    private static string Text(Contracts.Discovery.Endpoint e) =>
        $" {e.Service} {e.Address}:{e.PortNumber} {e.Health}{(e.Draining ? " draining" : "")}";

    private static string Text(Contracts.Scheduling.Rollout r) =>
        $" {r.State} to {r.TargetVersion}, stable {r.StableVersion} {r.Reason} {r.Waiting}";

    private static string Text(Contracts.Gateway.GatewayStatus g) =>
        $" {(g.Live ? "live" : "gone")} applied {g.AppliedRevision} busy {string.Join(',', g.BusyEndpoints)}";
}
