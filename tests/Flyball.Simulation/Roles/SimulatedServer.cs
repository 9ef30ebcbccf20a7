using Flyball.Simulation.Clusters;
using Flyball.Agent;
using Flyball.Agent.Sessions;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Discovery;
using Flyball.Discovery.Catalogue;
using Flyball.Gateway;
using Flyball.Gateway.Sessions;
using Flyball.Scheduling.Leading;
using Flyball.Scheduling.Reconciling;
using Flyball.Simulation.Machine;
using Flyball.Simulation.Witnesses;
using Flyball.Store.Remote;

namespace Flyball.Simulation.Roles;

/// <summary>
/// A server: scheduler, catalogue, and on the first one the sessions of agents and gateways and the store's watch. All
/// it knows beyond the store is gone when it is killed.
/// </summary>
internal sealed class SimulatedServer(SimulatedCluster cluster, int number, bool hasSessions)
{
    private readonly Random random = cluster.NewRandom();
    private readonly SchedulingMetrics schedulingMetrics = new();
    private readonly DiscoveryMetrics discoveryMetrics = new();
    private SimulatedProcess? process;
    private int starts;

    public string Name { get; } = $"server-{number}";

    public bool IsUp => process is { IsDead: false };

    public void Start()
    {
        if (IsUp) return;
        SimulatedProcess fresh = process = cluster.NewProcess(Name, TimeSpan.Zero);
        starts++;
        fresh.Post(() =>
        {
            StartElected(fresh);
            if (hasSessions) StartSessions(fresh);
        });
    }

    /// <summary>SIGKILL.</summary>
    public void Kill()
    {
        if (!IsUp) return;
        process!.Kill();
        cluster.Network.Crash(Name);
    }

    /// <summary>SIGTERM: leases are given up, streams end.</summary>
    public void Stop()
    {
        if (!IsUp) return;
        process!.Stop();
    }

    /// <summary>It stands still for a while and then goes on as if no time had passed: its turn may be over.</summary>
    public void Freeze() => process?.Freeze();

    public void Thaw() => process?.Thaw();

    /// <summary>A user's call of the API; it is lost with the server.</summary>
    public void Call(Func<UserApi, Task> call)
    {
        if (!IsUp) return;
        SimulatedProcess of = process!;
        of.Start("api", _ => call(new UserApi(cluster.StoreOf(of, StoreUser.Api), schedulingMetrics, of.Time)));
    }

    public void Dispose()
    {
        schedulingMetrics.Dispose();
        discoveryMetrics.Dispose();
    }

    private void StartElected(SimulatedProcess of)
    {
        TimeProvider time = of.Time;
        var ids = new IdSource(time, new Random(random.Next()));
        var scheduler = new SchedulerLoop(
            cluster.StoreOf(of, StoreUser.Scheduling), new Reconciler(ids), cluster.Options.Scheduling,
            schedulingMetrics, time, ids, cluster.Logger<SchedulerLoop>(of));
        of.Start("scheduler", scheduler.RunAsync);
        // As a process does: the holder is the machine, so that a server that comes back goes on with its lease.
        var catalogue = new CatalogueLoop(
            cluster.StoreOf(of, StoreUser.Discovery), cluster.Options.Discovery with { Holder = Name },
            discoveryMetrics, time, cluster.Logger<CatalogueLoop>(of));
        of.Start("catalogue", catalogue.RunAsync);
    }

    private void StartSessions(SimulatedProcess of)
    {
        TimeProvider time = of.Time;
        AgentSessionOptions options = cluster.Options.AgentSessions;
        IResourceStore store = cluster.StoreOf(of, StoreUser.AgentSessions);
        var identity = new ServerIdentity($"{Name}.{starts}", time.GetUtcNow().ToUnixTimeMilliseconds());
        var nodes = new NodeWriter(store, time, cluster.Logger<NodeWriter>(of));
        var statuses = new StatusWriter(store, time, cluster.Logger<StatusWriter>(of));
        var sessions = new NodeSessions(
            nodes, statuses, new AssignmentFeed(store, time), options, identity, time,
            cluster.Logger<NodeSessions>(of));
        var watch = new NodeWatch(store, sessions, nodes, options, identity, time);
        cluster.Network.Listen(Name, of, StreamMethods.AgentControl, sessions);
        of.Start("statuses", statuses.RunAsync);
        of.Start("node watch", watch.RunAsync);
        StartGatewaySessions(of);
        cluster.Network.Listen(Name, of, StreamMethods.StoreWatch, new WatchHandler(cluster.Store, time, []));
    }

    private void StartGatewaySessions(SimulatedProcess of)
    {
        GatewaySessionOptions options = cluster.Options.GatewaySessions;
        var sessions = new GatewaySessions(
            cluster.StoreOf(of, StoreUser.GatewaySessions), options, of.Time, cluster.Logger<GatewaySessions>(of));
        cluster.Network.Listen(Name, of, StreamMethods.GatewayControl, sessions);
        of.Start("gateway sweep", new GatewaySweep(sessions, options, of.Time).RunAsync);
    }
}
