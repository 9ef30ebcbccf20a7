using Flyball.Simulation.Clusters;
using Flyball.Agent;
using Flyball.Agent.Allocations;
using Flyball.Agent.Drivers;
using Flyball.Agent.Health;
using Flyball.Agent.Nodes;
using Flyball.Agent.Ports;
using Flyball.Agent.ServiceLinks;
using Flyball.Agent.Session;
using Flyball.Base.Ids;
using Flyball.Base.Transport;
using Flyball.Simulation.Disk;
using Flyball.Simulation.Machine;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Roles;

/// <summary>
/// A machine that runs tasks: its disk and its engine outlive the agent, which is killed and started again as a
/// process.
/// </summary>
internal sealed class SimulatedNode
{
    private readonly SimulatedCluster cluster;
    private readonly TimeSpan skew;
    private readonly Random random;
    private SimulatedProcess? agent;
    private AllocationTable? table;
    private ReportOutbox? outbox;

    public SimulatedNode(SimulatedCluster cluster, int number, double cores, TimeSpan skew)
    {
        this.cluster = cluster;
        this.skew = skew;
        Name = $"node-{number}";
        Address = $"10.0.0.{number}";
        Cores = cores;
        random = cluster.NewRandom();
        Disk = new SimulatedDisk(cluster.NewRandom());
        Engine = new TaskEngine(
            Name, cluster.Thread, cluster.Time, cluster.NewRandom(), cluster.Trace, cluster.Witness);
    }

    public string Name { get; }

    public string Address { get; }

    public double Cores { get; }

    public SimulatedDisk Disk { get; }

    public TaskEngine Engine { get; }

    public bool IsAgentUp => agent is { IsDead: false };

    /// <summary>It was taken away and will not come back.</summary>
    public bool IsGone { get; private set; }

    /// <summary>What the agent believes it runs, by allocation; empty while it is down.</summary>
    public IEnumerable<string> Known =>
        IsAgentUp ? table!.All.Select(runner => runner.Record.Allocation.Id) : [];

    /// <summary>Statuses that the server has not acknowledged yet.</summary>
    public int Unacknowledged => IsAgentUp ? outbox!.Unacknowledged : 0;

    public void StartAgent()
    {
        if (IsAgentUp || IsGone) return;
        agent = cluster.NewProcess(Name, skew);
        SimulatedProcess process = agent;
        process.Start("agent", cancellation => Compose(process).RunAsync(cancellation));
    }

    /// <summary>SIGKILL: tasks go on. What the agent had not flushed is lost or not, as the disk's seed says.</summary>
    public void KillAgent()
    {
        if (!IsAgentUp) return;
        agent!.Kill();
        cluster.Network.Crash(Name);
        if (random.Next(2) == 0) Disk.Crash();
    }

    /// <summary>The whole machine loses power.</summary>
    public void PowerOff()
    {
        cluster.Trace.Add(Name, "power off");
        if (IsAgentUp)
        {
            agent!.Kill();
            cluster.Network.Crash(Name);
        }

        Disk.Crash();
        Engine.PowerOff();
    }

    public void TakeAway()
    {
        PowerOff();
        IsGone = true;
    }

    private NodeAgent Compose(SimulatedProcess process)
    {
        TimeProvider time = process.Time;
        var ids = new IdSource(time, new Random(random.Next()));
        var own = new Random(random.Next());
        AgentOptions options = new() { DataDirectory = "/data", Address = Address, Hostname = Name };
        ITransport transport = cluster.Network.TransportOf(Name, cluster.SessionServer);
        var probe = new SimulatedProbe(Engine, cluster.Time);
        var drivers = new DriverSet([new SimulatedDriver(Engine, time, own)]);
        outbox = new ReportOutbox(time);
        var parts = new RunnerParts(
            drivers, new AllocationFiles(Disk, "/data/allocations"), new PortAllocator(options, probe, own),
            new HealthProber(probe, time), outbox, time, cluster.Workers);
        table = new AllocationTable(parts, options, cluster.Logger<AllocationTable>(process));
        var session = new SessionParts(
            new SimulatedFingerprint(this, drivers, time),
            new DriverWatch(drivers, time),
            new UsageCollector(table, options, time, cluster.Logger<UsageCollector>(process)),
            new DataStreams(transport, table, options, time, cluster.Logger<DataStreams>(process)),
            new LinkCatalogue(options, Disk, cluster.Workers, time, cluster.Logger<LinkCatalogue>(process)),
            ids);
        return new NodeAgent(
            table,
            new AgentSession(
                transport, table, outbox, session, options, time, own, cluster.Logger<AgentSession>(process)),
            session, null, options, time, cluster.Logger<NodeAgent>(process));
    }
}
