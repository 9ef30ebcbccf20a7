using Flyball.Autoscaling.Leading;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;

namespace Flyball.Autoscaling.Tests.Leading;

public sealed class ScalingPassTests
{
    private const string Web = ScalingWorld.Web;

    private static readonly ScalePolicy Requests = new()
    {
        Workload = Web, Min = 2, Max = 20,
        Targets = [new ScaleTarget { Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true }],
    };

    [Fact]
    public async Task Target_Exceeded_WritesTheScaleAndWhy()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 310;
        await world.TickAsync();

        Scale scale = world.Store.Current.Get(Kinds.Scale, Web)!.Value.Value;
        Assert.Equal((7, "autoscaling", null), (scale.Replicas, scale.Source, scale.PinnedUntilUnixMs));
        Decision decision = Assert.Single(await world.DecisionsAsync());
        Assert.Equal("scale", decision.Area);
        Assert.Equal("scaled from 4 to 7", decision.Outcome);
        Assert.Equal("target requests_per_second 50 a replica, which is at 77.5", decision.Reason);
        Assert.Equal("at 77.5, asks for 7", decision.Inputs["target requests_per_second 50 a replica"]);
    }

    [Fact]
    public async Task Target_Fallen_WaitsForTheWindowAndThenFollows()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 400;
        await world.TickAsync();
        Assert.Equal(8, world.Replicas);
        world.Metrics.Requests[Web] = _ => 10;
        await world.TicksAsync(19);
        Assert.Equal(8, world.Replicas);
        await world.TickAsync();
        Assert.Equal(2, world.Replicas);
    }

    [Fact]
    public async Task Steady_WritesNothing()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 200;
        await world.TicksAsync(40);
        Assert.Null(world.Store.Current.Get(Kinds.Scale, Web));
        Assert.Empty(await world.DecisionsAsync());
        Assert.Empty(await world.EventsAsync());
    }

    [Fact]
    public async Task Advise_RecordsWhatItWouldDoOnceAndDoesNothing()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests with { Mode = ScaleMode.Advise });
        world.Metrics.Requests[Web] = _ => 310;
        await world.TicksAsync(10);
        Assert.Null(world.Store.Current.Get(Kinds.Scale, Web));
        Assert.Equal("would scale from 4 to 7", Assert.Single(await world.DecisionsAsync()).Outcome);

        world.Metrics.Requests[Web] = _ => 400;
        await world.TickAsync();
        Assert.Equal(
            ["would scale from 4 to 7", "would scale from 4 to 8"],
            (await world.DecisionsAsync()).Select(decision => decision.Outcome));
    }

    [Fact]
    public async Task Off_DecidesNothingAndAsksNothing()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests with { Mode = ScaleMode.Off });
        world.Metrics.Requests[Web] = _ => 310;
        Assert.Null(await world.TickAsync());
        Assert.Equal(4, world.Replicas);
        Assert.Empty(world.Metrics.Asked);
    }

    [Fact]
    public async Task ScaledByHand_HoldsAgainstThePolicyUntilThePinEnds()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 310;
        await world.ScaleByHandAsync(1, TimeSpan.FromMinutes(10));
        await world.TicksAsync(38);
        // A number given by hand is free of the policy's bounds, and said once.
        Assert.Equal(1, world.Replicas);
        Decision said = Assert.Single(await world.DecisionsAsync());
        Assert.StartsWith("stays at 1 against 5: set by hand until 2023-11-14", said.Outcome, StringComparison.Ordinal);
        Assert.Contains(
            world.Board.Explain(Web), line => line.StartsWith("a person's number holds", StringComparison.Ordinal));

        await world.TicksAsync(3);
        Assert.Equal(7, world.Replicas);
    }

    [Fact]
    public async Task ScaledByHandToZero_StaysThereForThePinOnly()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 0;
        await world.ScaleByHandAsync(0, TimeSpan.FromMinutes(1));
        await world.TicksAsync(3);
        Assert.Equal(0, world.Replicas);
        await world.TicksAsync(2);
        Assert.Equal(2, world.Replicas);
    }

    [Fact]
    public async Task ScaledByHandBetweenReadingAndWriting_TheHandWins()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ =>
        {
            // While the metrics are being read.
            world.ScaleByHandAsync(3, TimeSpan.FromHours(1)).GetAwaiter().GetResult();
            return 310;
        };
        await world.TickAsync();
        Assert.Equal(3, world.Replicas);
        Assert.Empty(await world.DecisionsAsync());
    }

    [Fact]
    public async Task AtTheMaximum_IsSaidOnce()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests with { Max = 6 });
        world.Metrics.Requests[Web] = _ => 900;
        await world.TicksAsync(20);
        Assert.Equal(6, world.Replicas);
        Decision only = Assert.Single(await world.DecisionsAsync());
        Assert.EndsWith("18 were wished, bound by max 6", only.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_IsLeftAlone()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 310;
        await world.PutAsync(
            Kinds.Workload, Web, world.Store.Current.Get(Kinds.Workload, Web)!.Value.Value with { Stopped = true });
        Assert.Null(await world.TickAsync());
        Assert.Null(world.Store.Current.Get(Kinds.Scale, Web));
    }

    [Fact]
    public async Task PolicyChanged_IsFollowedAtOnce()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 200;
        await world.TickAsync();
        Assert.Equal(4, world.Replicas);
        await world.PutAsync(Kinds.ScalePolicy, Web, Requests with { Min = 6 });
        await world.TickAsync();
        Assert.Equal(6, world.Replicas);
    }

    [Fact]
    public async Task Cpu_OfReplicasThatStarted_DoesNotCountYet()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(
            Requests with { Targets = [new ScaleTarget { Signal = ScaleSignal.Cpu, Value = 0.5 }] });
        world.UseCpu(1.0);
        ScalingReport first = (await world.TickAsync())!;
        // Nobody serves for a window yet: what they use is what starting costs.
        Assert.Equal((4, "cpu"), (first.Verdict.Wanted, Assert.Single(first.Verdict.Missing)));
        await world.TicksAsync(3);
        Assert.Equal(8, world.Replicas);
    }

    [Fact]
    public async Task Disk_OfTheNodesItRunsOn_IsFoundByTheirNames()
    {
        var full = new ScaleRule
        {
            Signal = ScaleSignal.Disk, Above = true, Threshold = 0.8, Step = 2, For = TimeSpan.Zero,
            Cooldown = TimeSpan.FromHours(1),
        };
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests with { Targets = [], Rules = [full] });
        world.Metrics.Disks["elsewhere"] = 0.99;
        world.Metrics.Disks["machine"] = 0.5;
        await world.TickAsync();
        Assert.Equal(4, world.Replicas);
        world.Metrics.Disks["machine"] = 0.9;
        await world.TickAsync();
        Assert.Equal(6, world.Replicas);
    }

    [Fact]
    public async Task LeaseOfAnother_NothingIsWritten()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 310;
        world.Time.Advance(TimeSpan.FromDays(2000));
        await world.Store.AcquireAsync(AutoscalerLoop.LeaseName, "other", TimeSpan.FromMinutes(1));
        await world.TickAsync();
        Assert.Equal(4, world.Replicas);
    }
}
