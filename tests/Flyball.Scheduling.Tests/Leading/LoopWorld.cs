using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Leading;
using Flyball.Scheduling.Reconciling;
using Flyball.Store.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Scheduling.Tests.Leading;

/// <summary>The real loop on the in-memory store, with one ready node and a clock that the test moves.</summary>
internal sealed class LoopWorld
{
    private readonly CancellationTokenSource end = new();
    private readonly SchedulingMetrics metrics = new();
    private readonly List<Task> running = [];
    private int seed;

    private LoopWorld() => Store = new MemoryStore(Time);

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000));

    public MemoryStore Store { get; }

    /// <summary>
    /// Runs a test in virtual time: the clock moves by 10 ms whenever nobody has anything to do, for an hour at most.
    /// </summary>
    public static void Run(Func<LoopWorld, Task> test)
    {
        var world = new LoopWorld();
        TurnQueue.Run(() => world.RunAsync(test), () => world.Time.Advance(TimeSpan.FromMilliseconds(10)), 360_000);
    }

    /// <summary>Starts a server's loop; cancelling <paramref name="stop"/> ends it as an orderly stop does.</summary>
    public Task Start(CancellationTokenSource? stop = null)
    {
        var ids = new IdSource(Time, new Random(++seed));
        var options = new SchedulingOptions { DataDirectory = "/unused" };
        var loop = new SchedulerLoop(
            Store, new Reconciler(ids), options, metrics, Time, ids, NullLogger<SchedulerLoop>.Instance);
        Task task = EndQuietly(loop.RunAsync((stop ?? end).Token));
        running.Add(task);
        return task;
    }

    public ValueTask<CommitResult> Put<T>(ResourceKind<T> kind, string name, T value) where T : class =>
        Store.CommitAsync(new StoreTransaction().Put(kind, name, value));

    public ValueTask<CommitResult> Apply(string service, int replicas, string image = "web:1") =>
        Put(Kinds.Workload, $"shop.{service}", new Workload
        {
            Project = "shop", Service = service, Replicas = replicas,
                Task = new TaskSpec { Driver = "docker", Image = image },
        });

    public async Task Until(Func<ResourceSnapshot, bool> condition)
    {
        while (!condition(Store.Current)) await Task.Delay(TimeSpan.FromMilliseconds(10), Time);
    }

    public IReadOnlyList<Allocation> Allocations(string service) =>
        [.. Store.Current.List(Kinds.Allocation).Select(row => row.Value)
            .Where(row => row.Workload == $"shop.{service}")];

    public async Task Report(Allocation allocation, AllocationPhase phase) =>
        await Put(Kinds.AllocationStatus, allocation.Id, new AllocationStatus
        {
            Allocation = allocation.Id, Workload = allocation.Workload, Node = allocation.Node, Phase = phase,
            Health = phase == AllocationPhase.Running ? HealthState.Passing : HealthState.Unknown,
            ObservedUnixMs = Time.GetUtcNow().ToUnixTimeMilliseconds(),
        });

    private async Task RunAsync(Func<LoopWorld, Task> test)
    {
        await Put(Kinds.Node, "n1", new Node
        {
            Id = "n1", Hostname = "n1", Address = "127.0.0.1", CpuCores = 4, MemoryBytes = 1L << 33,
                State = NodeState.Ready,
            Drivers = [new DriverInfo("docker", true, "29")], ChangedUnixMs = 0,
        });
        try
        {
            await test(this);
        }
        finally
        {
            end.Cancel();
            await Task.WhenAll(running);
            end.Dispose();
            metrics.Dispose();
            Store.Dispose();
        }
    }

    private static async Task EndQuietly(Task loop)
    {
        try
        {
            await loop;
        }
        catch (OperationCanceledException)
        {
        }
    }
}
