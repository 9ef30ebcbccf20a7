using Flyball.Base.Ids;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Sessions;
using Flyball.Gateway.Telemetry;
using Flyball.Simulation.Clients;
using Flyball.Simulation.Clusters;
using Flyball.Simulation.Disk;
using Flyball.Simulation.Machine;
using Flyball.Store.Remote;
using Flyball.Store;

namespace Flyball.Simulation.Roles;

/// <summary>
/// A gateway in a process of its own: it watches the server's store, keeps the last snapshot on its disk, and routes
/// the synthetic client's requests from its own table.
/// </summary>
internal sealed class SimulatedGateway(SimulatedCluster cluster, int number)
{
    private readonly Random random = cluster.NewRandom();
    private readonly SimulatedDisk disk = new(cluster.NewRandom());
    private readonly GatewayMetrics metrics = new(cluster.Time, consumersMax: 100);
    private SimulatedProcess? process;
    private DateTimeOffset startedAt;

    public string Name { get; } = $"gateway-{number}";

    public bool IsUp => process is { IsDead: false };

    /// <summary>What requests see; null while it is down or has not loaded its routes yet.</summary>
    public RoutingTable? Table { get; private set; }

    /// <summary>How long this process has been up.</summary>
    public TimeSpan Age => cluster.Time.GetUtcNow() - startedAt;

    /// <summary>Its id in the store; null before its first start.</summary>
    public string? Id { get; private set; }

    public void Start()
    {
        if (IsUp) return;
        startedAt = cluster.Time.GetUtcNow();
        SimulatedProcess fresh = process = cluster.NewProcess(Name, TimeSpan.Zero);
        fresh.Start("gateway", cancellation => RunAsync(fresh, cancellation));
    }

    /// <summary>SIGKILL: requests in flight fail with it.</summary>
    public void Kill()
    {
        if (!IsUp) return;
        process!.Kill();
        Table = null;
        cluster.Requests.Forget(Name);
        cluster.Network.Crash(Name);
        if (random.Next(2) == 0) disk.Crash();
    }

    public void Dispose() => metrics.Dispose();

    /// <summary>Awaited once more here: WhenAny itself would be completed on the thread pool.</summary>
    private static async Task HearAsync(RemoteResourceReader reader) => await reader.Heard;

    /// <summary>
    /// What the host does: the reader first and a while for the server's word, then routes, then the loops.
    /// </summary>
    private async Task RunAsync(SimulatedProcess of, CancellationToken cancellation)
    {
        TimeProvider time = of.Time;
        var ids = new IdSource(time, new Random(random.Next()));
        ITransport transport = cluster.Network.TransportOf(Name, cluster.SessionServer);
        RemoteReaderOptions options = new()
        {
            Kinds = RoutingTable.WatchedKinds, File = "/data/snapshot",
            ReconnectMax = TimeSpan.FromSeconds(3),
        };
        var identity = GatewayIdentity.Load(disk, "/data", ids);
        Id = identity.Id;
        var reader = new RemoteResourceReader(
            options, transport, disk, cluster.Workers, time, new Random(random.Next()),
            cluster.Logger<RemoteResourceReader>(of));
        of.Start("reader", reader.RunAsync);
        await Task.WhenAny(HearAsync(reader), Pause.ForAsync(options.StartWait, time, cancellation));
        var outliers = new OutlierPolicy(new OutlierOptions(), time);
        RandomSequence sequence = RandomSequence.From(new Random(random.Next()));
        var table = new RoutingTable(
            new UpstreamPolicies(time, sequence, new RetryBudgetOptions(), outliers, false),
            new RouteLabelSet(100, metrics.LabelsRefused, metrics.RouteKnown));
        var routing = new RoutingLoop(reader, table, cluster.Logger<RoutingLoop>(of));
        routing.Load();
        Table = table;
        var session = new GatewaySession(
            transport, table, identity, ids, sequence, time, cluster.Logger<GatewaySession>(of));
        var prober = new EndpointProber(
            outliers, new SimulatedEndpointProbe(cluster, Name), new OutlierOptions(), time,
            cluster.Logger<EndpointProber>(of));
        of.Start("routing", routing.RunAsync);
        of.Start("session", session.RunAsync);
        of.Start("prober", prober.RunAsync);
        of.Start("client", new SyntheticClient(cluster, Name, table, time, new Random(random.Next())).RunAsync);
    }
}
