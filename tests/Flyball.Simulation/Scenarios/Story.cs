using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Simulation.Clusters;
using Flyball.Simulation.Roles;
using Flyball.Simulation.Tasks;
using Flyball.Simulation.Users;

namespace Flyball.Simulation.Scenarios;

/// <summary>
/// A directed run of one service, told in words. The witnesses of every run watch over it all the same.
/// </summary>
internal sealed class Story(ClusterRun run)
{
    private const int AnySeed = 1;

    private long failedBefore;

    public ClusterRun Run => run;

    public SimulatedCluster Cluster => run.Cluster;

    public UserScript Users => run.Users;

    public App App => Cluster.Topology.Apps[0];

    public SimulatedServer Server => Cluster.Servers[0];

    public SimulatedNode Node => Cluster.Nodes[0];

    public SimulatedGateway Gateway => Cluster.Gateways[0];

    public ResourceSnapshot Stored => Cluster.Store.Current;

    /// <summary>The service's tasks that run anywhere, by name.</summary>
    public IReadOnlyList<SimulatedTask> Tasks => [.. Cluster.Nodes.SelectMany(node => node.Engine.Running)
        .Where(task => task.Workload == App.Name).OrderBy(task => task.Nonce, StringComparer.Ordinal)];

    /// <summary>Requests that failed since the service was deployed.</summary>
    public long Failed => Cluster.Requests.FailedCount - failedBefore;

    public Rollout Rollout => Stored.Get(Kinds.Rollout, App.Name)!.Value.Value;

    /// <summary>Tells a story of a cluster where the service has been deployed and all is well.</summary>
    public static void Tell(Topology topology, Func<Story, Task> story) => Tell(topology, AnySeed, story);

    public static void Tell(Topology topology, int seed, Func<Story, Task> story) => TellFromStart(topology, seed,
        async told =>
        {
            told.Cluster.Start();
            await told.Wait(3);
            told.Users.ApplyAll();
            await told.Settled();
            told.failedBefore = told.Cluster.Requests.FailedCount;
            await story(told);
        });

    /// <summary>Tells a story that begins with machines that are switched off.</summary>
    public static void TellFromStart(Topology topology, int seed, Func<Story, Task> story)
    {
        using var run = new ClusterRun(seed, topology);
        run.Play(() => story(new Story(run)));
    }

    public Task Wait(double seconds) => run.Wait(TimeSpan.FromSeconds(seconds));

    public Task Until(string what, Func<bool> condition) => run.Until(what, condition);

    public Task Settled() => run.Settle();

    public async Task<TimeSpan> Took(Func<Task> what)
    {
        DateTimeOffset begin = Cluster.Time.GetUtcNow();
        await what();
        return Cluster.Time.GetUtcNow() - begin;
    }

    /// <summary>Replicas that report to be healthy and are wanted.</summary>
    public int Healthy(int? version = null) => Stored.List(Kinds.Allocation).Count(row =>
        row.Value.Desired == DesiredState.Run && (version is null || row.Value.Version == version)
        && Stored.Get(Kinds.AllocationStatus, row.Key.Name)?.Value is
            { Phase: AllocationPhase.Running, Health: HealthState.Passing });

    public NodeState StateOf(SimulatedNode node) => Stored.Get(Kinds.Node, node.Name)!.Value.Value.State;

    public void CutNode(SimulatedNode node) => Cut(node.Name, Cluster.SessionServer);

    public void CutGateway(SimulatedGateway gateway) => Cut(gateway.Name, Cluster.SessionServer);

    public void Heal()
    {
        Cluster.Network.HealAll();
        Cluster.Faults.End();
    }

    /// <summary>Faults that the story injects by hand: requests are not judged meanwhile.</summary>
    public async Task During(Func<Task> fault)
    {
        Cluster.Faults.Begin();
        await fault();
        Cluster.Faults.End();
    }

    private void Cut(string one, string other)
    {
        Cluster.Faults.Begin();
        Cluster.Network.Partition(one, other);
    }
}
