using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Scheduling;

namespace Flyball.Autoscaling.Tests.Leading;

/// <summary>To zero, and from it.</summary>
public sealed class ZeroTests
{
    private const string Web = ScalingWorld.Web;

    /// <summary>Four ticks.</summary>
    private static readonly ScalePolicy Policy = new()
    {
        Workload = Web, Min = 0, Max = 20, Idle = TimeSpan.FromMinutes(1),
    };

    private static readonly ScaleTarget Requests = new()
    {
        Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true,
    };

    private static readonly ScaleTarget Cpu = new() { Signal = ScaleSignal.Cpu, Value = 0.5 };

    private static readonly ScaleTarget Jobs = new()
    {
        Signal = ScaleSignal.Query, Query = "sum(jobs)", Value = 10, PerReplica = true,
    };

    private static async Task<ScalingWorld> AsleepAsync(ScalePolicy? policy = null)
    {
        ScalingWorld world = await ScalingWorld.CreateAsync(policy ?? Policy);
        world.Metrics.Requests[Web] = _ => 0;
        await world.QuietTicksAsync(30);
        Assert.Equal(0, world.Replicas);
        return world;
    }

    private static async Task<Decision> LastAsync(ScalingWorld world) =>
        (await world.DecisionsAsync()).OrderBy(one => one.Outcome, StringComparer.Ordinal).First();

    [Fact]
    public async Task NoRequestForTheIdleTime_TheLastOnesGoAndItSaysWhy()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy);
        await world.QuietTicksAsync(4);
        Assert.Equal(4, world.Replicas);
        Assert.Contains("to zero when idle for 60 s, so far for 45 s", world.Board.Explain(Web));

        await world.QuietTicksAsync(1);

        Assert.Equal(0, world.Replicas);
        Decision decision = Assert.Single(await world.DecisionsAsync());
        Assert.Equal(("scaled from 4 to 0", "no request for 60 s"), (decision.Outcome, decision.Reason));
        await world.QuietTicksAsync(20);
        Assert.Single(await world.DecisionsAsync());
        Assert.Contains("at zero until a request comes", world.Board.Explain(Web));
    }

    [Fact]
    public async Task OneRequestMeanwhile_TheIdleTimeBeginsAgain()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy);
        await world.QuietTicksAsync(4);
        world.Tell(waiting: 0);
        await world.TickAsync();
        Assert.Equal(4, world.Replicas);
        await world.QuietTicksAsync(2);
        Assert.Equal(4, world.Replicas);
        await world.QuietTicksAsync(1);
        Assert.Equal(0, world.Replicas);
    }

    [Fact]
    public async Task MinOfOne_NeverGoes()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy with { Min = 1, Targets = [Requests] });
        world.Metrics.Requests[Web] = _ => 0;
        await world.QuietTicksAsync(60);
        Assert.Equal(1, world.Replicas);
    }

    [Fact]
    public async Task GatewayThatTellsNothing_KeepsItAwake()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy);
        await world.TicksAsync(60);
        Assert.Equal(4, world.Replicas);
        Assert.Contains(world.Board.Explain(Web), line => line.Contains("the gateway g1 does not tell"));
    }

    [Fact]
    public async Task OneOfTwoGatewaysTellsNothing_KeepsItAwake()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy);
        await world.PutAsync(Kinds.GatewayStatus, "g2", new GatewayStatus
        {
            Gateway = "g2", Live = true, AppliedRevision = 1, ChangedUnixMs = 0,
        });
        await world.QuietTicksAsync(20);
        Assert.Equal(4, world.Replicas);
        // One that does not serve by this policy yet would not tell of the workload.
        for (int i = 0; i < 20; i++)
        {
            world.Tell(gateway: "g2", applied: 1);
            await world.QuietTicksAsync(1);
        }

        Assert.Equal(4, world.Replicas);
        world.Tell(gateway: "g2");
        await world.QuietTicksAsync(5);
        Assert.Equal(0, world.Replicas);
    }

    [Fact]
    public async Task GatewayThatWentLately_KeepsItAwakeForTenMinutes()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy);
        await world.PutAsync(Kinds.GatewayStatus, "g2", new GatewayStatus
        {
            Gateway = "g2", Live = false, AppliedRevision = 1, ChangedUnixMs = world.Now,
        });
        await world.QuietTicksAsync(43);
        Assert.Equal(4, world.Replicas);
        await world.QuietTicksAsync(1);
        Assert.Equal(0, world.Replicas);
    }

    [Fact]
    public async Task GatewaysSessionBeginsAgain_TheIdleTimeDoes()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy);
        await world.QuietTicksAsync(4);
        world.Asked.Ended("g1");
        await world.QuietTicksAsync(3);
        Assert.Equal(4, world.Replicas);
        await world.QuietTicksAsync(1);
        Assert.Equal(0, world.Replicas);
    }

    [Fact]
    public async Task AnotherServerLeads_TheIdleTimeBeginsAgain()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy);
        await world.QuietTicksAsync(4);
        world.Restart();
        await world.QuietTicksAsync(4);
        Assert.Equal(4, world.Replicas);
    }

    [Fact]
    public async Task MetricsThatFail_KeepItAwakeAsLongAsAPartNeedsThem()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy with { Targets = [Requests] });
        world.Metrics.Requests[Web] = _ => 0;
        world.Metrics.Fault = () => new MetricAnswer { Failure = MetricQueryFailure.Unavailable, Error = "dead" };
        await world.QuietTicksAsync(60);
        Assert.Equal(4, world.Replicas);
        world.Metrics.Fault = null;
        world.Metrics.Requests[Web] = _ => double.NaN;
        world.Metrics.GatewaysCounting = 0;
        await world.QuietTicksAsync(60);
        Assert.Equal(4, world.Replicas);

        world.Metrics.GatewaysCounting = 1;
        world.Metrics.Requests[Web] = _ => 0;
        await world.QuietTicksAsync(21);
        Assert.Equal(0, world.Replicas);
    }

    [Fact]
    public async Task CpuTarget_NeverAsksForNoneAndDoesNotKeepTheLastOne()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy with { Targets = [Cpu] });
        for (int i = 0; i < 30; i++)
        {
            world.UseCpu(0.01);
            await world.QuietTicksAsync(1);
        }

        Assert.Equal(0, world.Replicas);
        // There is no replica whose CPU could be missing.
        Assert.Empty(world.Board.Find(Web)!.Verdict.Missing);
        Assert.Empty(await world.EventsAsync());
    }

    [Fact]
    public async Task CpuOfWorkThatNobodyAskedFor_KeepsWhatItNeeds()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy with { Targets = [Cpu] });
        for (int i = 0; i < 60; i++)
        {
            world.UseCpu(0.4);
            await world.QuietTicksAsync(1);
        }

        Assert.Equal(4, world.Replicas);
    }

    [Fact]
    public async Task RequestWaits_BringsTheFirstOneAtOnceWithoutMetrics()
    {
        using ScalingWorld world = await AsleepAsync();
        world.Metrics.Fault = () => new MetricAnswer { Failure = MetricQueryFailure.Unavailable, Error = "dead" };
        world.Tell(waiting: 3);

        Assert.True(await world.WakeAsync());
        Assert.True(await world.WakeAsync());

        Scale scale = world.Store.Current.Get(Kinds.Scale, Web)!.Value.Value;
        Assert.Equal((1, Scale.ByAutoscaling, "3 requests wait for an instance"),
            (scale.Replicas, scale.Source, scale.Reason));
        Decision[] woken = [.. (await world.DecisionsAsync()).Where(one => one.Outcome == "scaled from 0 to 1")];
        Assert.Equal("3", Assert.Single(woken).Inputs["waiting"]);
    }

    [Fact]
    public async Task RequestWaits_HeldThereForAsLongAsItDoes()
    {
        using ScalingWorld world = await AsleepAsync();
        for (int i = 0; i < 20; i++)
        {
            world.Tell(waiting: 1);
            await world.TickAsync(follow: false);
        }

        Assert.Equal(1, world.Replicas);
        // It cannot start, and nobody waits any more.
        world.Tell();
        await world.TicksAsync(6, follow: false);
        Assert.Equal(0, world.Replicas);
    }

    [Fact]
    public async Task ManyWait_AConcurrencyTargetAsksForAsManyAsTheyNeed()
    {
        var target = new ScaleTarget { Signal = ScaleSignal.Concurrency, Value = 10, PerReplica = true };
        using ScalingWorld world = await AsleepAsync(Policy with { Targets = [target] });
        world.Tell(waiting: 35);
        await world.TickAsync();
        Assert.Equal(4, world.Replicas);
    }

    [Theory]
    [InlineData("pinned")]
    [InlineData("stopped")]
    [InlineData("advise")]
    public async Task RequestWaits_APersonWantsNone_NothingIsBrought(string how)
    {
        using ScalingWorld world = await AsleepAsync();
        Workload workload = world.Store.Current.Get(Kinds.Workload, Web)!.Value.Value;
        if (how == "pinned") await world.ScaleByHandAsync(0, TimeSpan.FromMinutes(10));
        else if (how == "stopped") await world.PutAsync(Kinds.Workload, Web, workload with { Stopped = true });
        else await world.PutAsync(Kinds.ScalePolicy, Web, Policy with { Mode = ScaleMode.Advise });

        world.Tell(waiting: 3);
        Assert.True(await world.WakeAsync());
        await world.TicksAsync(5);

        Assert.Equal(0, world.Replicas);
    }

    [Fact]
    public async Task PinHasEnded_TheNextRequestBringsIt()
    {
        using ScalingWorld world = await AsleepAsync();
        await world.ScaleByHandAsync(0, TimeSpan.FromMinutes(1));
        await world.QuietTicksAsync(6);
        Assert.Equal(0, world.Replicas);
        world.Tell(waiting: 1);
        await world.WakeAsync();
        Assert.Equal(1, world.Replicas);
    }

    [Fact]
    public async Task Advise_SaysThatItWouldGoAndLeavesIt()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy with { Mode = ScaleMode.Advise });
        await world.QuietTicksAsync(20);
        Assert.Equal(4, world.Replicas);
        Assert.Equal("would scale from 4 to 0", Assert.Single(await world.DecisionsAsync()).Outcome);
    }

    [Fact]
    public async Task GatewayThatCannotWakeIt_BringsItAfterAWindow()
    {
        using ScalingWorld world = await AsleepAsync();
        world.Asked.Ended("g1");
        await world.TicksAsync(4);
        Assert.Equal(0, world.Replicas);
        await world.TicksAsync(1);
        Assert.Equal(1, world.Replicas);
        Assert.Equal(
            "the gateway g1 could not wake it", (await LastAsync(world)).Reason);
    }

    [Fact]
    public async Task Unrouted_ComesAndGoesWithWhatItsQuerySays()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy with { Targets = [Jobs] });
        await world.Store.CommitAsync(
            new Base.Resources.StoreTransaction().Delete(Kinds.Route.Key("shop.web.0")));
        world.Metrics.Others["sum(jobs)"] = [0];
        await world.TicksAsync(25);
        Assert.Equal(0, world.Replicas);
        world.Metrics.Others["sum(jobs)"] = [25];
        await world.TickAsync();
        Assert.Equal(3, world.Replicas);
        // Little to do is not nothing.
        world.Metrics.Others["sum(jobs)"] = [1];
        await world.TicksAsync(60);
        Assert.Equal(1, world.Replicas);
        world.Metrics.Others.Clear();
        await world.TicksAsync(60);
        Assert.Equal(1, world.Replicas);
    }

    [Fact]
    public async Task Unrouted_NothingCouldBringItBack_Stays()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Policy with { Targets = [Cpu] });
        await world.Store.CommitAsync(
            new Base.Resources.StoreTransaction().Delete(Kinds.Route.Key("shop.web.0")));
        for (int i = 0; i < 60; i++)
        {
            world.UseCpu(0.01);
            await world.QuietTicksAsync(1);
        }

        Assert.Equal(1, world.Replicas);
    }
}
