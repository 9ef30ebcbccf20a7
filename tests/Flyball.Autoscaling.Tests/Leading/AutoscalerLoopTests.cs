using Flyball.Autoscaling.Leading;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Tests.Leading;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Autoscaling.Tests.Leading;

/// <summary>Who decides, and when; in virtual time.</summary>
public sealed class AutoscalerLoopTests
{
    private const string Web = ScalingWorld.Web;

    private static readonly ScalePolicy Requests = new()
    {
        Workload = Web, Min = 2, Max = 20,
        Targets = [new ScaleTarget { Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true }],
    };

    [Fact]
    public void Leading_DecidesAtWholeIntervals() => Run(async (world, start) =>
    {
        world.Time.Advance(TimeSpan.FromSeconds(3));
        _ = start(new AutoscalingOptions(), CancellationToken.None);
        world.Metrics.Requests[Web] = _ => 310;
        await UntilAsync(world, () => world.Replicas == 7);
        Assert.InRange(world.Now % 15_000, 0, 20);
        Assert.Equal(world.Now - (world.Now % 15_000), world.Board.Find(Web)!.Seen.AtUnixMs);
    });

    [Fact]
    public void Leading_TimersFireALittleEarly_DecidesEachTickOnce() => Run(async (world, _) =>
    {
        using var metrics = new AutoscalingMetrics();
        using var stop = new CancellationTokenSource();
        world.Metrics.Requests[Web] = _ => 200;
        Task loop = EndQuietly(
            Create(world, new AutoscalingOptions(), metrics, 9, new EarlyTimers(world.Time)), stop.Token, stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(151), world.Time);
        Assert.Equal(10, world.Metrics.Asked.Count(asked => asked.Contains("rate(flyball_gateway_requests_total")));
        stop.Cancel();
        await loop;
    });

    [Fact]
    public void TwoServers_OneDecides_AndTheOtherTakesOverAtOnce() => Run(async (world, start) =>
    {
        using var stop = new CancellationTokenSource();
        Task first = start(new AutoscalingOptions(), stop.Token);
        world.Metrics.Requests[Web] = _ => 310;
        await UntilAsync(world, () => world.Replicas == 7);
        _ = start(new AutoscalingOptions(), CancellationToken.None);
        stop.Cancel();
        await first;
        long stopped = world.Now;
        world.Metrics.Requests[Web] = _ => 500;
        await UntilAsync(world, () => world.Replicas == 10);
        Assert.InRange(world.Now - stopped, 0, 30_000);
    });

    [Fact]
    public void LeaseOfAnother_NothingIsDecidedAndNothingIsShown() => Run(async (world, start) =>
    {
        LeaseEpoch other = (await world.Store.AcquireAsync(
            AutoscalerLoop.LeaseName, "other", TimeSpan.FromHours(1)))!.Value;
        _ = start(new AutoscalingOptions(), CancellationToken.None);
        world.Metrics.Requests[Web] = _ => 310;
        await Task.Delay(TimeSpan.FromMinutes(5), world.Time);
        Assert.Equal(4, world.Replicas);
        Assert.Empty(world.Metrics.Asked);
        await world.Store.ReleaseAsync(other);
        await UntilAsync(world, () => world.Replicas == 7);
    });

    [Fact]
    public void LongInterval_TheLeaseIsRenewedMeanwhile() => Run(async (world, start) =>
    {
        _ = start(new AutoscalingOptions { Interval = TimeSpan.FromMinutes(5) }, CancellationToken.None);
        world.Metrics.Requests[Web] = _ => 200;
        await Task.Delay(TimeSpan.FromSeconds(1), world.Time);
        for (int i = 0; i < 400; i++)
        {
            Assert.Null(await world.Store.AcquireAsync(AutoscalerLoop.LeaseName, "thief", TimeSpan.FromSeconds(1)));
            await Task.Delay(TimeSpan.FromSeconds(2), world.Time);
        }

        Assert.InRange(world.Metrics.Asked.Count(asked => asked.Contains("rate(flyball_gateway_requests_total")), 2, 3);
    });

    [Fact]
    public void RequestWaits_WhileTheMetricsHang_IsHeardAtOnce() => Run(async (world, start) =>
    {
        await world.PutAsync(Kinds.ScalePolicy, Web, Requests with { Min = 0 });
        await world.PutAsync(Kinds.Scale, Web, new Scale
        {
            Workload = Web, Replicas = 0, Source = Scale.ByAutoscaling,
        });
        world.Metrics.Hangs = true;
        _ = start(new AutoscalingOptions(), CancellationToken.None);
        await UntilAsync(world, () => world.Metrics.Asked.Count > 0);
        long asked = world.Now;

        world.Tell(waiting: 1);

        await UntilAsync(world, () => world.Replicas == 1);
        Assert.InRange(world.Now - asked, 0, 1_000);
    });

    [Fact]
    public void Options_OutOfRange_AreAllNamed()
    {
        var verdict = new AutoscalingOptionsValidator().Validate(null, new AutoscalingOptions
        {
            Interval = TimeSpan.FromMilliseconds(10), Window = TimeSpan.Zero, History = TimeSpan.FromDays(99),
            LeaseDuration = TimeSpan.Zero,
        });
        foreach (string key in (string[])["Interval", "Window", "History", "LeaseDuration"])
            Assert.Contains(verdict.Failures!, problem => problem.StartsWith(key + ":", StringComparison.Ordinal));
    }

    private delegate Task StartServer(AutoscalingOptions options, CancellationToken stop);

    private static void Run(Func<ScalingWorld, StartServer, Task> test)
    {
        ScalingWorld? running = null;
        TurnQueue.Run(
            async () =>
            {
                using ScalingWorld world = running = await ScalingWorld.CreateAsync(Requests, holdsLease: false);
                using var end = new CancellationTokenSource();
                using var metrics = new AutoscalingMetrics();
                var loops = new List<Task>();
                await test(world, (options, stop) =>
                {
                    Task loop = EndQuietly(Create(world, options, metrics, loops.Count), end.Token, stop);
                    loops.Add(loop);
                    return loop;
                });
                end.Cancel();
                await Task.WhenAll(loops);
            },
            () => running!.Time.Advance(TimeSpan.FromMilliseconds(10)), 360_000);
    }

    private static AutoscalerLoop Create(
        ScalingWorld world, AutoscalingOptions options, AutoscalingMetrics metrics, int seed,
        TimeProvider? time = null) => new(
        world.Store, world.Metrics, PoolWorkers.Instance, options,
        new AutoscalerBoards(world.Board, world.Asked), metrics,
        new AutoscalerClock(time ?? world.Time, new IdSource(world.Time, new Random(seed))),
        NullLogger<AutoscalerLoop>.Instance);

    private static async Task EndQuietly(AutoscalerLoop loop, CancellationToken end, CancellationToken stop)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, stop);
        try
        {
            await loop.RunAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task UntilAsync(ScalingWorld world, Func<bool> condition)
    {
        while (!condition())
        {
            await world.FollowAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(10), world.Time);
        }
    }
}
