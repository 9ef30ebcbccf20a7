using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Metrics;

namespace Flyball.Autoscaling.Tests.Leading;

/// <summary>Metrics that are missing, late, no number, or all gone: it holds, says so once, and goes on.</summary>
public sealed class MetricFaultTests
{
    private const string Web = ScalingWorld.Web;
    private const string Jobs = "sum(jobs_waiting)";

    private static readonly ScalePolicy Requests = new()
    {
        Workload = Web, Min = 2, Max = 20,
        Targets = [new ScaleTarget { Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true }],
    };

    private static readonly ScalePolicy OfJobs = Requests with
    {
        Targets = [new ScaleTarget { Signal = ScaleSignal.Query, Query = Jobs, Value = 30, PerReplica = true }],
    };

    private static readonly ScalePolicy OfConcurrency = Requests with
    {
        Targets = [new ScaleTarget { Signal = ScaleSignal.Concurrency, Value = 5, PerReplica = true }],
    };

    public static TheoryData<string> Faults => ["unavailable", "timeout", "throws", "no gateway", "no answer"];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_Lasting_HoldsAndIsSaidOnceAndSoIsItsEnd(string fault)
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 400;
        await world.TickAsync();
        Assert.Equal(8, world.Replicas);

        Break(world, fault);
        await world.TicksAsync(240);
        Assert.Equal(8, world.Replicas);
        Event lost = Assert.Single(await world.EventsAsync());
        Assert.Equal(("scaling.metrics-missing", EventSeverity.Warning), (lost.Type, lost.Severity));
        Assert.StartsWith("Not known: requests_per_second", lost.Message, StringComparison.Ordinal);
        Assert.Contains(
            world.Board.Explain(Web), line => line.StartsWith("missing: requests", StringComparison.Ordinal));

        Mend(world);
        world.Metrics.Requests[Web] = _ => 0;
        await world.TicksAsync(25);
        Assert.Equal(2, world.Replicas);
        Assert.Equal(
            ["scaling.metrics-missing", "scaling.metrics-back"], (await world.EventsAsync()).Select(one => one.Type));
    }

    [Fact]
    public async Task Fault_Short_IsNotSaid()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests);
        world.Metrics.Requests[Web] = _ => 200;
        await world.TickAsync();
        Break(world, "unavailable");
        await world.TicksAsync(4);
        Mend(world);
        world.Metrics.Requests[Web] = _ => 200;
        await world.TickAsync();
        Assert.Empty(await world.EventsAsync());
    }

    [Fact]
    public async Task DeadStore_MinimumsStillHold()
    {
        var always = new ScaleSchedule { Cron = "* * * * *", For = TimeSpan.FromMinutes(2), Min = 9 };
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests with { Schedules = [always] }, replicas: 1);
        Break(world, "throws");
        await world.TickAsync();
        Assert.Equal(9, world.Replicas);
    }

    [Fact]
    public async Task NoRequestAtAll_WhileTheGatewayReports_IsZeroAndNoFault()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests, replicas: 8);
        world.Metrics.Requests[Web] = _ => 0;
        await world.TicksAsync(21);
        Assert.Equal(2, world.Replicas);
        Assert.Empty(await world.EventsAsync());
    }

    [Fact]
    public async Task NoConcurrencyYet_WhereNoRequestEnded_IsZero()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(OfConcurrency, replicas: 8);
        world.Metrics.Requests[Web] = _ => 0;
        await world.TicksAsync(21);
        Assert.Equal(2, world.Replicas);
    }

    /// <summary>A store that is full refuses the counter and keeps what it knows already.</summary>
    [Fact]
    public async Task NoCounter_WhileGatewaysReport_IsUnknownAndNotZero()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests, replicas: 8);
        world.Metrics.Requests["other"] = _ => 5;
        await world.TicksAsync(40);
        Assert.Equal(8, world.Replicas);
        Assert.StartsWith(
            "Not known: requests_per_second", Assert.Single(await world.EventsAsync()).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(double.NaN)]
    public async Task GatewaysLeaveMeasurementsOut_WhatIsKnownIsAPart(double leftOut)
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests, replicas: 8);
        world.Metrics.LeftOut = leftOut;
        world.Metrics.Requests[Web] = _ => 5;
        await world.TicksAsync(40);
        Assert.Equal(8, world.Replicas);
        Assert.Single(await world.EventsAsync());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-1)]
    public async Task NoSensibleNumber_IsUnknownAndNotZero(double value)
    {
        using ScalingWorld requests = await ScalingWorld.CreateAsync(Requests, replicas: 8);
        using ScalingWorld concurrency = await ScalingWorld.CreateAsync(OfConcurrency, replicas: 8);
        requests.Metrics.Requests[Web] = _ => value;
        concurrency.Metrics.Requests[Web] = _ => 0;
        concurrency.Metrics.Concurrency[Web] = value;
        foreach (ScalingWorld world in (ScalingWorld[])[requests, concurrency])
        {
            await world.TicksAsync(40);
            Assert.Equal(8, world.Replicas);
            Assert.Equal("scaling.metrics-missing", Assert.Single(await world.EventsAsync()).Type);
        }
    }

    [Fact]
    public async Task NoSensibleNumberOfOneReplica_ItCountsAsMissing()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(
            Requests with { Targets = [new ScaleTarget { Signal = ScaleSignal.Cpu, Value = 0.5 }] }, replicas: 4);
        world.UseCpu(0.1);
        world.Metrics.Cores[world.Metrics.Cores.Keys.First()] = double.NaN;
        await world.TicksAsync(5);
        Assert.Equal(1, world.Board.Find(Web)!.Seen.Cpu.Missing);
    }

    [Fact]
    public async Task OneOfTwoGatewaysSilent_ItsRequestsAreNotTakenForGone()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests, replicas: 8);
        await world.PutAsync(Kinds.GatewayStatus, "g2", new GatewayStatus
        {
            Gateway = "g2", Live = true, AppliedRevision = 1, ChangedUnixMs = 0,
        });
        world.Metrics.Requests[Web] = _ => 200;
        await world.TicksAsync(40);
        Assert.Equal(8, world.Replicas);
        Assert.Single(await world.EventsAsync());
        // Its end, in turn, is no fault: what is left is all there is.
        await world.PutAsync(Kinds.GatewayStatus, "g2", new GatewayStatus
        {
            Gateway = "g2", Live = false, AppliedRevision = 1, ChangedUnixMs = 0,
        });
        await world.TicksAsync(21);
        Assert.Equal(4, world.Replicas);
    }

    [Theory]
    [InlineData(new[] { double.NaN }, "has no value")]
    [InlineData(new[] { double.PositiveInfinity }, "has no value")]
    [InlineData(new double[0], "has no value")]
    [InlineData(new[] { 1.0, 2.0 }, "gives 2 series where one is needed: add sum() or max()")]
    public async Task OwnQuery_WithoutOneNumber_HoldsAndSaysWhatIsWrong(double[] values, string wrong)
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(OfJobs, replicas: 8);
        world.Metrics.Others[Jobs] = values;
        await world.TicksAsync(40);
        Assert.Equal(8, world.Replicas);
        Event said = Assert.Single(await world.EventsAsync());
        Assert.Contains($"({Jobs}: {wrong})", said.Message, StringComparison.Ordinal);
    }

    /// <summary>A dead exporter's last value would stand for five minutes else.</summary>
    [Fact]
    public async Task OwnQueries_AreAskedForSamplesOfTwoWindowsOnly()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(
            OfJobs with { Prediction = new ScalePrediction { Demand = Jobs } });
        world.Metrics.Others[Jobs] = [200];
        await world.TickAsync();
        Assert.All(world.Metrics.LookBacks.Values, one => Assert.Equal(TimeSpan.FromMinutes(2), one));
        Assert.Contains(Jobs, world.Metrics.LookBacks.Keys);
    }

    [Fact]
    public async Task OwnQuery_Answered_IsFollowed()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(OfJobs);
        world.Metrics.Others[Jobs] = [200];
        await world.TickAsync();
        Assert.Equal(7, world.Replicas);
    }

    [Fact]
    public async Task NothingServes_IsNotSaidAsAFaultOfMetrics()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(
            Requests with { Targets = [new ScaleTarget { Signal = ScaleSignal.Cpu, Value = 0.5 }] }, replicas: 3);
        foreach (var status in world.Store.Current.List(Kinds.AllocationStatus).ToArray())
            await world.PutAsync(Kinds.AllocationStatus, status.Key.Name, status.Value with
            {
                Health = Contracts.Agent.HealthState.Critical, HealthySinceUnixMs = null,
            });
        await world.TicksAsync(40, follow: false);
        Assert.Equal(3, world.Replicas);
        Assert.Empty(await world.EventsAsync());
    }

    [Fact]
    public async Task EveryFaultInTurn_NeverFewerThanTheMinimumAndNeverFewerThanBefore()
    {
        using ScalingWorld world = await ScalingWorld.CreateAsync(Requests with { Down = new ScaleBehaviour() });
        world.Metrics.Requests[Web] = _ => 400;
        await world.TickAsync();
        foreach (string fault in Faults.Select(row => row.Data))
        {
            Break(world, fault);
            int before = world.Replicas;
            await world.TicksAsync(8);
            Assert.Equal(before, world.Replicas);
            Mend(world);
            world.Metrics.Requests[Web] = _ => 400;
            await world.TickAsync();
        }
    }

    private static void Break(ScalingWorld world, string fault)
    {
        FakeMetrics metrics = world.Metrics;
        metrics.Requests.Clear();
        switch (fault)
        {
            case "unavailable":
                metrics.Fault = () => new MetricAnswer
                {
                    Failure = MetricQueryFailure.Unavailable, Error = "the store is starting",
                };
                break;
            case "timeout":
                metrics.Fault = () => new MetricAnswer { Failure = MetricQueryFailure.Timeout, Error = "too slow" };
                break;
            case "throws":
                metrics.Fault = () => throw new IOException("the disk is gone");
                break;
            case "no answer":
                metrics.Fault = () => new MetricAnswer();
                break;
            default:
                metrics.GatewaysCounting = 0;
                break;
        }
    }

    private static void Mend(ScalingWorld world)
    {
        world.Metrics.Fault = null;
        world.Metrics.GatewaysCounting = 1;
    }
}
