using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Simulation.Clients;
using Flyball.Simulation.Faults;
using Flyball.Simulation.Machine;
using Flyball.Simulation.Network;
using Flyball.Simulation.Roles;
using Flyball.Simulation.Tasks;
using Flyball.Simulation.Tracing;
using Flyball.Simulation.Witnesses;
using Flyball.Store.Memory;
using Microsoft.Extensions.Logging;

namespace Flyball.Simulation.Clusters;

/// <summary>
/// A whole cluster on one thread under virtual time: the platform's real parts over a simulated network, disk and
/// engine, and witnesses that know what must never be. Everything random comes from the seed.
/// </summary>
internal sealed class SimulatedCluster : IDisposable
{
    private readonly Random random;
    private readonly List<SimulatedProcess> processes = [];

    public SimulatedCluster(int seed, Topology topology)
    {
        random = new Random(seed);
        Topology = topology;
        Thread = new SingleThread(Time, NewRandom());
        Trace = new Trace(Time);
        Thread.IsOver = () => Trace.Violation is not null;
        Network = new SimulatedNetwork(Time, NewRandom());
        Store = new MemoryStore(Time, new MemoryFaults(NewRandom()) { LatencyMax = topology.StoreLatency });
        Faults = new FaultClock(Time);
        Requests = new RequestWitness(this);
        Witness = new StoreWitness(this);
        Servers = [.. Numbers(topology.Servers).Select(number => new SimulatedServer(this, number, number == 1))];
        Nodes = [.. Numbers(topology.Nodes).Select(number => new SimulatedNode(
            this, number, topology.CoresPerNode, topology.ClockSkewMax * ((2 * random.NextDouble()) - 1)))];
        Gateways = [.. Numbers(topology.Gateways).Select(number => new SimulatedGateway(this, number))];
    }

    public Topology Topology { get; }

    public VirtualTime Time { get; } = new();

    public SingleThread Thread { get; }

    public Trace Trace { get; }

    public SimulatedNetwork Network { get; }

    public MemoryStore Store { get; }

    public FaultClock Faults { get; }

    public RequestWitness Requests { get; }

    public StoreWitness Witness { get; }

    public PlatformOptions Options { get; } = new();

    public InlineWorkers Workers { get; } = new();

    public IReadOnlyList<SimulatedServer> Servers { get; }

    public IReadOnlyList<SimulatedNode> Nodes { get; }

    public IReadOnlyList<SimulatedGateway> Gateways { get; }

    /// <summary>
    /// The server that agents and gateways have their sessions with; further ones only stand for election.
    /// </summary>
    public string SessionServer => Servers[0].Name;

    public Random NewRandom() => new(random.Next());

    public SimulatedProcess NewProcess(string name, TimeSpan skew)
    {
        var process = new SimulatedProcess(Thread, Time, Trace, name, skew);
        processes.Add(process);
        return process;
    }

    public ILogger<T> Logger<T>(SimulatedProcess process) => new TraceLogger<T>(process, Trace);

    public IResourceStore StoreOf(SimulatedProcess process, StoreUser user) =>
        new WitnessedStore(this, process.Name, user);

    public SimulatedTask? TaskAt(string address, int port) =>
        Nodes.FirstOrDefault(node => node.Address == address)?.Engine.Listening(address, port);

    /// <summary>The hosts that routes lead from.</summary>
    public string[] Hosts() => [.. Store.Current.List(Kinds.Route).Select(route => route.Value.Host!)];

    /// <summary>Starts every role.</summary>
    public void Start()
    {
        Thread.Post(_ => _ = Witness.RunAsync(), null);
        foreach (SimulatedServer server in Servers) server.Start();
        foreach (SimulatedNode node in Nodes) node.StartAgent();
        foreach (SimulatedGateway gateway in Gateways) gateway.Start();
    }

    public void Dispose()
    {
        // The garbage collector ends what they wait for, on a thread of its own: nobody must hear of it.
        foreach (SimulatedProcess process in processes) process.Kill();
        foreach (SimulatedServer server in Servers) server.Dispose();
        foreach (SimulatedGateway gateway in Gateways) gateway.Dispose();
        Store.Dispose();
    }

    private static IEnumerable<int> Numbers(int count) => Enumerable.Range(1, count);
}
