using Flyball.Autoscaling.Leading;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Journal;

namespace Flyball.Autoscaling.Tests.Leading;

/// <summary>The forecast in the loop: it warms up from what the metrics remember, and sees ramps coming.</summary>
public sealed class LivePredictionTests
{
    private const string Web = ScalingWorld.Web;
    private const double Period = 20 * 60_000;

    private static readonly ScalePolicy Predicting = new()
    {
        Workload = Web, Min = 1, Max = 50,
        Targets = [new ScaleTarget { Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true }],
        Prediction = new ScalePrediction { Horizon = TimeSpan.FromMinutes(2), After = TimeSpan.FromHours(1) },
    };

    [Fact]
    public async Task Restart_TheHistoryIsReadBackAndTheForecastIsTrustedAtOnce()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Predicting);
        world.Metrics.Requests[Web] = Wave;
        ScalingReport first = (await world.TickAsync())!;
        Assert.Equal("", first.Waiting);
        Assert.True(first.Verdict.Prediction!.IsTrusted);
        Assert.True(first.Verdict.Prediction.Quantiles.High >= first.Verdict.Prediction.Quantiles.Median);
        Assert.Contains(world.Board.Explain(Web), line => line.StartsWith("forecast: ", StringComparison.Ordinal));

        long read = world.Metrics.StepsRead;
        await world.TicksAsync(10);
        // From then on every tick adds itself: nothing is read twice.
        Assert.Equal(read, world.Metrics.StepsRead);
    }

    [Fact]
    public async Task Restart_DecidesLikeTheServerThatNeverStopped()
    {
        using ScalingWorld lasting = await ScalingWorld.CreateAsync(Predicting);
        using ScalingWorld restarted = await ScalingWorld.CreateAsync(Predicting);
        foreach (ScalingWorld world in (ScalingWorld[])[lasting, restarted])
        {
            world.Metrics.Requests[Web] = Wave;
            world.Metrics.RememberedFromUnixMs = world.Now - 7_000_000;
            await world.TicksAsync(20);
        }

        restarted.History = TimeSpan.FromHours(3);
        restarted.Restart();
        ScalingReport one = (await lasting.TickAsync())!, other = (await restarted.TickAsync())!;
        Assert.Equal(one.Verdict.Prediction, other.Verdict.Prediction);
    }

    /// <summary>One workload's mistake is before the other in the order, and takes nothing from it.</summary>
    [Fact]
    public async Task DemandOfAnotherCannotBeRead_TheForecastGoesOn()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Predicting);
        world.Metrics.Bad.Add("sum(");
        await world.AddAsync("api", Predicting with { Prediction = Predicting.Prediction! with { Demand = "sum(" } });
        world.Metrics.Requests[Web] = Wave;
        ScalingReport web = (await world.TickAsync())!;
        Assert.Equal("", web.Waiting);
        Assert.True(web.Verdict.Prediction!.IsTrusted);
        ScalingReport api = world.Board.Find("shop.api")!;
        Assert.EndsWith(" (parse error)", api.Waiting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gap_OfSomeTicks_IsFilledFromWhatTheMetricsRemember()
    {
        using ScalingWorld gap = await ScalingWorld.CreateAsync(Predicting);
        using ScalingWorld whole = await ScalingWorld.CreateAsync(Predicting);
        gap.Metrics.Requests[Web] = whole.Metrics.Requests[Web] = Wave;
        await gap.TickAsync();
        await whole.TickAsync();
        gap.Time.Advance(9 * ScalingWorld.Interval);
        await whole.TicksAsync(9);
        ScalingReport one = (await gap.TickAsync())!, other = (await whole.TickAsync())!;
        Assert.Equal(one.Verdict.Prediction, other.Verdict.Prediction);
    }

    [Fact]
    public async Task Gap_ThatCannotBeReadBack_TakesNoReplicaAwayMeanwhile()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Predicting);
        world.Metrics.Requests[Web] = Wave;
        await world.TickAsync();
        world.Time.Advance(2 * ScalingWorld.Interval);
        world.Metrics.RangesFail = true;
        ScalingReport behind = (await world.TickAsync())!;
        Assert.Contains("forecast", behind.Verdict.Missing);
        Assert.True(behind.Verdict.Wanted >= behind.Seen.Replicas);
        world.Metrics.RangesFail = false;
        Assert.DoesNotContain("forecast", (await world.TickAsync())!.Verdict.Missing);
    }

    [Fact]
    public async Task Ramp_ThatCameEveryTime_IsServedBeforeItComes()
    {
        using ScalingWorld predicting = await ScalingWorld.CreateAsync(Predicting);
        using ScalingWorld reacting = await ScalingWorld.CreateAsync(Predicting with { Prediction = null });
        predicting.History = TimeSpan.FromHours(12);
        predicting.Restart();
        int behind = 0, behindReacting = 0;
        predicting.Metrics.Requests[Web] = reacting.Metrics.Requests[Web] = Wave;
        await predicting.TicksAsync(20);
        await reacting.TicksAsync(20);
        for (int i = 0; i < 240; i++)
        {
            await predicting.TickAsync();
            await reacting.TickAsync();
            // What is decided now serves in two minutes.
            double soon = Wave(predicting.Now + 120_000);
            if (predicting.Replicas * 50 < soon) behind++;
            if (reacting.Replicas * 50 < soon) behindReacting++;
        }

        Assert.True(behind * 3 < behindReacting, $"behind {behind} ticks of 240, reacting {behindReacting}");
    }

    [Fact]
    public async Task Young_ActsLikeTheQueueAwarePolicyWithHeadroom()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Predicting);
        world.Metrics.Requests[Web] = _ => 200;
        world.Metrics.RememberedFromUnixMs = world.Now;
        ScalingReport first = (await world.TickAsync())!;
        Assert.False(first.Verdict.Prediction!.IsTrusted);
        // 200 of 50 a replica and a quarter more.
        Assert.Equal(5, first.Verdict.Wanted);
    }

    [Fact]
    public async Task DemandMissing_NeitherScalesNorForgets()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Predicting, replicas: 6);
        world.Metrics.Requests[Web] = Wave;
        await world.TicksAsync(4);
        int before = world.Replicas;
        world.Metrics.Fault = () => throw new IOException("gone");
        await world.TicksAsync(40);
        Assert.True(world.Replicas >= before);
        Assert.Equal("scaling.metrics-missing", Assert.Single(await world.EventsAsync()).Type);
        world.Metrics.Fault = null;
        ScalingReport back = (await world.TickAsync())!;
        Assert.True(back.Verdict.Prediction!.IsTrusted);
    }

    [Fact]
    public async Task Capacity_NotStated_IsLearntFromCpuAndSaidWhileUnknown()
    {
        ScalePolicy policy = Predicting with { Targets = [], Min = 2 };
        using ScalingWorld world = await ScalingWorld.CreateAsync(policy);
        world.Metrics.Requests[Web] = _ => 120;
        world.Metrics.RememberedFromUnixMs = world.Now;
        ScalingReport first = (await world.TickAsync())!;
        Assert.Null(first.Verdict.Prediction);
        Assert.Equal("the capacity of a replica is not known yet", first.Waiting);
        Assert.Equal(4, world.Replicas);
        for (int i = 0; i < 40; i++)
        {
            world.UseCpu(0.4);
            await world.TickAsync(follow: false);
        }

        ScalingReport later = world.Board.Find(Web)!;
        // 30 requests a second take 40 % of the limit, so 80 % are 60 of them.
        Assert.Equal(60, later.Verdict.Prediction!.Capacity, 1e-6);
    }

    [Fact]
    public async Task DecisionByForecast_ShowsItsQuantilesCapacityAndRegime()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Predicting, replicas: 1);
        world.Metrics.Requests[Web] = Wave;
        await world.TicksAsync(3);
        Decision decision = (await world.DecisionsAsync())[0];
        Assert.Matches(@"stays below [\d.]+ \(50 %\), [\d.]+ \(95 %\), [\d.]+ \(99 %\)", decision.Inputs["forecast"]);
        Assert.Equal("50 (stated)", decision.Inputs["capacity"]);
        Assert.Contains("regime", decision.Inputs.Keys);
        Assert.Equal("20 s", decision.Inputs["start-up"]);
    }

    private static double Wave(long atUnixMs) => 300 + (250 * Math.Sin(2 * Math.PI * atUnixMs / Period));
}
