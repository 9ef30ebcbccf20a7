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
        pass = CreatePass();
    }

    public FakeTimeProvider Time { get; } = new(Begin);

    public MemoryStore Store { get; }

    public FakeMetrics Metrics { get; } = new();

    public ScalingBoard Board { get; } = new();

    public TimeSpan History { get; set; } = TimeSpan.FromHours(2);

    public int Replicas => Store.Current.Get(Kinds.Scale, Web)?.Value.Replicas
        ?? Store.Current.Get(Kinds.Workload, Web)!.Value.Value.Replicas;

    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<ScalingWorld> CreateAsync(
        ScalePolicy policy, int replicas = 4, bool holdsLease = true)
    {
        var world = new ScalingWorld();
        if (holdsLease) await world.AcquireAsync();
        await world.PutAsync(Kinds.Workload, Web, new Workload
        {
            Project = "shop", Service = "web", Replicas = replicas,
            Task = new TaskSpec { Driver = "docker", Image = "web", Resources = new ResourceLimits { CpuLimit = 2 } },
        });
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
            Store, new SignalReader(Metrics, expressions, Time),
            new ForecastParts(
                new HistoryReader(Metrics, expressions, Time), PoolWorkers.Instance, Interval, History),
            new ObservationBuilder(window), new DecisionWriter(Time, window), Board, metrics, NullLogger.Instance);
    }
}
