using Flyball.Autoscaling.Leading;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Autoscaling;
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

        Assert.InRange(world.Metrics.Asked.Count(asked => asked.Contains("requests_total")), 2, 3);
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
        ScalingWorld world, AutoscalingOptions options, AutoscalingMetrics metrics, int seed) => new(
        world.Store, world.Metrics, PoolWorkers.Instance, options, world.Board, metrics,
        new AutoscalerClock(world.Time, new IdSource(world.Time, new Random(seed))),
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
