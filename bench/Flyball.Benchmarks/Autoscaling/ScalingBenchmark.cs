using System.Diagnostics;
using System.Globalization;
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
using Flyball.Contracts.Scheduling;
using Flyball.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Benchmarks.Autoscaling;

/// <summary>
/// CPU of one decision about one workload, every part of a policy in use and the forecast warm, the evaluation of
/// PromQL left out; the memory of it; and how fast history is learnt. Arguments: workloads, replicas of each,
/// ticks measured, hours of history (1000, 3, 100, 24).
/// </summary>
internal static class ScalingBenchmark
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(string[] args)
    {
        int workloads = Argument(args, 0, 1000), replicas = Argument(args, 1, 3);
        int ticks = Argument(args, 2, 100), hours = Argument(args, 3, 24);
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_010_000));
        using var store = new MemoryStore(time);
        (string[] names, string[] allocations) = await FillAsync(store, workloads, replicas);
        LeaseEpoch lease = (await store.AcquireAsync("autoscaling", "bench", TimeSpan.FromDays(1000)))!.Value;
        var board = new ScalingBoard(time);
        using var metrics = new AutoscalingMetrics();
        ScalingPass pass = Create(
            store, time, new SmoothMetrics(names, allocations), board, metrics, TimeSpan.FromHours(hours));
        (int warming, TimeSpan warmed) = await MeasureAsync(pass, time, lease, () => IsWarm(board, workloads));
        long learnt = (long)(workloads * hours * (TimeSpan.FromHours(1) / Interval));
        Print($"history learnt: {learnt} ticks in {warming} passes", warmed / learnt);
        int left = ticks;
        (_, TimeSpan spent) = await MeasureAsync(pass, time, lease, () => --left < 0);
        Print($"decision of one workload, {ticks} ticks of {workloads}", spent / ticks / workloads);

        long memory = GC.GetTotalMemory(forceFullCollection: true);
        await ForgetAsync(store, names);
        await pass.RunAsync(Tick(time) + 1, lease, CancellationToken.None);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"memory a workload: {(memory - GC.GetTotalMemory(true)) / 1024.0 / workloads:0.0} KiB"));
        GC.KeepAlive(pass);
    }

    private static bool IsWarm(ScalingBoard board, int workloads) =>
        board.All.Count == workloads && board.All.All(report => report.Waiting.Length == 0);

    private static async Task<(int Passes, TimeSpan Cpu)> MeasureAsync(
        ScalingPass pass, FakeTimeProvider time, LeaseEpoch lease, Func<bool> isDone)
    {
        using var self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        int passes = 0;
        while (!isDone())
        {
            time.Advance(Interval);
            await pass.RunAsync(Tick(time), lease, CancellationToken.None);
            passes++;
        }

        self.Refresh();
        return (passes, self.TotalProcessorTime - before);
    }

    private static long Tick(FakeTimeProvider time) =>
        time.GetUtcNow().ToUnixTimeMilliseconds() / (long)Interval.TotalMilliseconds;

    // Whoever has no policy is forgotten by the next pass.
    private static async Task ForgetAsync(MemoryStore store, string[] names)
    {
        foreach (string name in names)
            await store.CommitAsync(new StoreTransaction().Delete(Kinds.ScalePolicy.Key(name)));
    }

    private static ScalingPass Create(
        MemoryStore store, FakeTimeProvider time, SmoothMetrics query, ScalingBoard board, AutoscalingMetrics metrics,
        TimeSpan history)
    {
        var expressions = new SignalExpressions(TimeSpan.FromMinutes(1));
        return new ScalingPass(
            store, new PassReading(query, expressions, time, Interval),
            new ForecastParts(
                new HistoryReader(query, expressions, time), PoolWorkers.Instance, Interval, history),
            new ObservationBuilder(TimeSpan.FromMinutes(1), new ActivationBoard(time)),
            new DecisionWriter(time, TimeSpan.FromMinutes(1)),
            board, metrics, NullLogger.Instance);
    }

    private static async Task<(string[] Workloads, string[] Allocations)> FillAsync(
        MemoryStore store, int workloads, int replicas)
    {
        string[] names = [.. Enumerable.Range(0, workloads).Select(i => $"shop.s{i:00000}")];
        var allocations = new List<string>();
        await store.CommitAsync(new StoreTransaction().Put(
            Kinds.GatewayStatus, "g", new GatewayStatus
            {
                Gateway = "g", Live = true, AppliedRevision = 1, ChangedUnixMs = 0,
            }));
        foreach (string name in names)
        {
            StoreTransaction transaction = new StoreTransaction()
                .Put(Kinds.Workload, name, Service(name, replicas))
                .Put(Kinds.Route, name + ".0", new Route { Service = name, Project = "shop" })
                .Put(Kinds.ScalePolicy, name, Policy(name));
            for (int i = 0; i < replicas; i++)
            {
                allocations.Add($"{name}-{i}");
                AddReplica(transaction, name, allocations[^1], i);
            }

            await store.CommitAsync(transaction);
        }

        return (names, [.. allocations]);
    }

    private static Workload Service(string name, int replicas) => new()
    {
        Project = "shop", Service = WorkloadName.Service(name), Replicas = replicas,
        Task = new TaskSpec { Driver = "docker", Image = "x", Resources = new ResourceLimits { CpuLimit = 1 } },
    };

    private static void AddReplica(StoreTransaction transaction, string name, string id, int index) => transaction
        .Put(Kinds.Allocation, id, new Allocation
        {
            Id = id, Workload = name, Version = 1, Node = "n", Index = index, CreatedUnixMs = 0,
        })
        .Put(Kinds.AllocationStatus, id, new AllocationStatus
        {
            Allocation = id, Workload = name, Node = "n", Phase = AllocationPhase.Running,
            Health = HealthState.Passing, HealthySinceUnixMs = 4000, ObservedUnixMs = 0,
        });

    // Advising writes nothing, so that the replicas stay and what is measured is deciding.
    private static ScalePolicy Policy(string name) => new()
    {
        Workload = name, Min = 2, Max = 20, Mode = ScaleMode.Advise,
        Targets =
        [
            new ScaleTarget { Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true },
            new ScaleTarget { Signal = ScaleSignal.Cpu, Value = 0.6 },
        ],
        Rules =
        [
            new ScaleRule
            {
                Signal = ScaleSignal.Cpu, Above = true, Threshold = 0.8, Step = 1, For = TimeSpan.FromMinutes(1),
                Cooldown = TimeSpan.FromMinutes(1),
            },
        ],
        Schedules = [new ScaleSchedule { Cron = "0 8 * * 1-5", For = TimeSpan.FromHours(10), Min = 3 }],
        Prediction = new ScalePrediction(),
    };

    private static int Argument(string[] args, int index, int standard) =>
        index < args.Length ? int.Parse(args[index], CultureInfo.InvariantCulture) : standard;

    private static void Print(string what, TimeSpan each) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what}: {each.TotalMicroseconds:0.0} µs of CPU each"));
}
