using Flyball.Autoscaling.Activation;
using Flyball.Autoscaling.Leading;
using Flyball.Autoscaling.Predicting;
using Flyball.Autoscaling.Signals;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;
using Flyball.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Autoscaling.Tests.Leading;

/// <summary>
/// The real decisions on the in-memory store: one workload behind one gateway, metrics and ticks as the test says.
/// </summary>
internal sealed class ScalingWorld : IDisposable
{
    public const string Web = "shop.web";

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private static readonly DateTimeOffset Begin = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_010_000);

    private readonly AutoscalingMetrics metrics = new();
    private ScalingPass pass;
    private LeaseEpoch lease;
    private int allocations;

    private ScalingWorld()
    {
        Store = new MemoryStore(Time);
        Board = new ScalingBoard(Time);
        Asked = new ActivationBoard(Time);
        Metrics.Pass = Time.Advance;
        pass = CreatePass();
    }

    public FakeTimeProvider Time { get; } = new(Begin);

    public MemoryStore Store { get; }

    public FakeMetrics Metrics { get; } = new();

    public ActivationBoard Asked { get; }

    public ScalingBoard Board { get; }

    public TimeSpan History { get; set; } = TimeSpan.FromHours(2);

    public int Replicas => Store.Current.Get(Kinds.Scale, Web)?.Value.Replicas
        ?? Store.Current.Get(Kinds.Workload, Web)!.Value.Value.Replicas;

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<ScalingWorld> CreateAsync(
        ScalePolicy policy, int replicas = 4, bool holdsLease = true)
    {
        var world = new ScalingWorld();
        if (holdsLease) await world.AcquireAsync();
        await world.PutWorkloadAsync("web", replicas);
        await world.PutAsync(Kinds.Node, "n1", new Node
        {
            Id = "n1", Hostname = "machine", Address = "127.0.0.1", CpuCores = 4, MemoryBytes = 1L << 33,
            State = NodeState.Ready, ChangedUnixMs = 0,
        });
        await world.PutAsync(Kinds.Route, "shop.web.0", new Route { Service = Web, Project = "shop" });
        await world.PutAsync(Kinds.GatewayStatus, "g1", new GatewayStatus
        {
            Gateway = "g1", Live = true, AppliedRevision = 1, ChangedUnixMs = 0,
        });
        await world.PutAsync(Kinds.ScalePolicy, Web, policy);
        await world.FollowAsync();
        return world;
    }

    /// <summary>Lets a tick pass and decides; then replicas come and go as the scale says, at once.</summary>
    public async Task<ScalingReport?> TickAsync(bool follow = true)
    {
        Time.Advance(Interval);
        await pass.RunAsync(Now / (long)Interval.TotalMilliseconds, lease, CancellationToken.None);
        if (follow) await FollowAsync();
        return Board.Find(Web);
    }

    /// <summary>The gateway tells that it is asked for nothing, or for the workload, and how many wait.</summary>
    public void Tell(int? waiting = null, string gateway = "g1", long applied = long.MaxValue) => Asked.Report(
        gateway, new GatewayDemand(applied, waiting is { } some
            ? new Dictionary<string, int>(StringComparer.Ordinal) { [Web] = some }
            : new Dictionary<string, int>()));

    /// <summary>Ticks at which the gateway is heard and asked for nothing.</summary>
    public async Task QuietTicksAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Tell();
            await TickAsync();
        }
    }

    /// <summary>Requests wait: what the loop does at once.</summary>
    public Task<bool> WakeAsync() => new WakeLoop(
        Store, Asked, new DecisionWriter(Time, TimeSpan.FromMinutes(1)), metrics, Time, NullLogger.Instance)
        .WakeAllAsync(lease, CancellationToken.None);

    public async Task TicksAsync(int count, bool follow = true)
    {
        for (int i = 0; i < count; i++) await TickAsync(follow);
    }

    /// <summary>Another server leads, with no memory of its own.</summary>
    public void Restart()
    {
        Board.Clear();
        pass = CreatePass();
    }

    public async Task PutAsync<T>(ResourceKind<T> kind, string name, T value) where T : class =>
        Assert.True((await Store.CommitAsync(new StoreTransaction().Put(kind, name, value))).IsCommitted);

    /// <summary>Another workload with a policy, without replicas of its own.</summary>
    public async Task AddAsync(string service, ScalePolicy policy)
    {
        await PutWorkloadAsync(service, 4);
        await PutAsync(Kinds.ScalePolicy, "shop." + service, policy with { Workload = "shop." + service });
    }

    private Task PutWorkloadAsync(string service, int replicas) => PutAsync(
        Kinds.Workload, "shop." + service, new Workload
        {
            Project = "shop", Service = service, Replicas = replicas,
            Task = new TaskSpec { Driver = "docker", Image = "web", Resources = new ResourceLimits { CpuLimit = 2 } },
        });

    public Task ScaleByHandAsync(int replicas, TimeSpan pin) => PutAsync(Kinds.Scale, Web, new Scale
    {
        Workload = Web, Replicas = replicas, Source = "user", PinnedUntilUnixMs = Now + (long)pin.TotalMilliseconds,
    });

    public async Task<IReadOnlyList<Decision>> DecisionsAsync() =>
        [.. (await ReadAsync(JournalTables.Decisions)).Select(JournalEntries.Decision)];

    public async Task<IReadOnlyList<Event>> EventsAsync() =>
        [.. (await ReadAsync(JournalTables.Events)).Select(JournalEntries.Event)];

    /// <summary>Every replica uses that much of its two cores.</summary>
    public void UseCpu(double share)
    {
        Metrics.Cores.Clear();
        foreach (Resource<Allocation> allocation in Store.Current.List(Kinds.Allocation))
            Metrics.Cores[allocation.Key.Name] = share * 2;
    }

    public async Task FollowAsync()
    {
        List<Resource<Allocation>> running = [.. Store.Current.List(Kinds.Allocation)];
        for (int i = running.Count; i < Replicas; i++) await StartAsync();
        foreach (Resource<Allocation> extra in running.Skip(Replicas))
            await Store.CommitAsync(new StoreTransaction().Delete(extra.Key));
    }

    public void Dispose()
    {
        metrics.Dispose();
        Store.Dispose();
    }

    private async Task AcquireAsync() => lease = (await Store.AcquireAsync(
        AutoscalerLoop.LeaseName, "test", TimeSpan.FromDays(1000)))!.Value;

    private async Task StartAsync()
    {
        string id = FormattableString.Invariant($"a{++allocations:0000}");
        await PutAsync(Kinds.Allocation, id, new Allocation
        {
            Id = id, Workload = Web, Version = 1, Node = "n1", Index = allocations, CreatedUnixMs = Now - 20_000,
        });
        await PutAsync(Kinds.AllocationStatus, id, new AllocationStatus
        {
            Allocation = id, Workload = Web, Node = "n1", Phase = AllocationPhase.Running,
            Health = HealthState.Passing, HealthySinceUnixMs = Now, ObservedUnixMs = Now,
        });
    }

    private async Task<IReadOnlyList<JournalRow>> ReadAsync(string table) => await Store.ReadAsync(
        new JournalQuery(table) { SubjectKind = Kinds.Workload.Name, SubjectName = Web, Limit = 1000 });

    private ScalingPass CreatePass()
    {
        TimeSpan window = TimeSpan.FromMinutes(1);
        var expressions = new SignalExpressions(window);
        return new ScalingPass(
            Store, new PassReading(Metrics, expressions, Time, Interval),
            new ForecastParts(
                new HistoryReader(Metrics, expressions, Time), PoolWorkers.Instance, Interval, History),
            new ObservationBuilder(window, Asked), new DecisionWriter(Time, window), Board, metrics,
            NullLogger.Instance);
    }
}
