using Flyball.Autoscaling.Backtesting;
using Flyball.Autoscaling.Backtesting.Manifests;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Tests.Backtesting;

/// <summary>Policies of the manifest in the simulated cluster.</summary>
public sealed class ManifestPolicyTests
{
    private static readonly ScalePolicy Cpu = new()
    {
        Workload = "", Min = 1, Max = 1000, Targets = [new ScaleTarget { Signal = ScaleSignal.Cpu, Value = 0.6 }],
    };

    private static BacktestOptions Short => Traces.Options(Traces.Golden("synthetic_1min.csv"), 1, 2, 60, false);

    [Fact]
    public void Run_CpuTarget_IsNearTheProtocolsHpaOfTheSameTarget()
    {
        var simulation = BacktestRunner.Prepare(Short);
        var manifest = simulation.Run(Create(Cpu, simulation));
        var hpa = simulation.Run(PolicyCatalog.Hpa(0.6));
        Assert.InRange(manifest.ReplicaHours / hpa.ReplicaHours, 0.95, 1.05);
    }

    [Fact]
    public void Run_SchedulesAlone_GoUpAndComeDown()
    {
        var simulation = BacktestRunner.Prepare(Short);
        var always = new ScaleSchedule { Cron = "0 * * * *", For = TimeSpan.FromMinutes(30), Min = 12 };
        var policy = Cpu with { Targets = [], Schedules = [always] };
        var run = simulation.Run(new PolicyCatalog(simulation, _ => policy).Create("night.yaml"));
        Assert.True(run.ScaleUps > 10 && run.ScaleDowns > 10, $"{run.ScaleUps} up, {run.ScaleDowns} down");
    }

    [Fact]
    public void Run_Prediction_ViolatesLessThanTheTargetAlone()
    {
        var simulation = BacktestRunner.Prepare(Short);
        var rate = Cpu with
        {
            Targets = [new ScaleTarget { Signal = ScaleSignal.RequestsPerSecond, Value = 50, PerReplica = true }],
        };
        var alone = simulation.Run(Create(rate, simulation));
        var ahead = simulation.Run(Create(rate with { Prediction = new ScalePrediction() }, simulation));
        Assert.True(alone.ViolationPercent > 0);
        Assert.True(ahead.ViolationPercent < alone.ViolationPercent, $"{ahead} against {alone}");
    }

    [Fact]
    public void Run_MinAndMax_AlwaysHold()
    {
        var simulation = BacktestRunner.Prepare(Short);
        var seen = new List<int>();
        simulation.Run(Create(Cpu with { Min = 4, Max = 12 }, simulation), (_, total) => seen.Add(total));
        Assert.Equal((4, 12), (seen.Min(), seen.Max()));
    }

    [Fact]
    public void Run_OwnDemandAndTargetOfTheSameQuery_FollowTheSeries()
    {
        var simulation = BacktestRunner.Prepare(Short);
        var queue = Cpu with
        {
            Targets = [new ScaleTarget { Signal = ScaleSignal.Query, Query = "jobs", Value = 30, PerReplica = true }],
            Prediction = new ScalePrediction { Demand = "jobs" },
        };
        var result = simulation.Run(Create(queue, simulation));
        Assert.InRange(result.ReplicaHours / simulation.BoundHours(), 1, 2);
        Assert.True(result.ViolationPercent < 10);
    }

    [Fact]
    public void Keep_SignalsThatNoSimulatedClusterHas_AreNamedAndLeftOut()
    {
        var policy = Cpu with
        {
            Rules =
            [
                new ScaleRule
                {
                    Signal = ScaleSignal.Memory, Above = true, Threshold = 0.8, For = TimeSpan.Zero,
                    Cooldown = TimeSpan.Zero,
                },
            ],
            Targets = [.. Cpu.Targets, new ScaleTarget { Signal = ScaleSignal.Query, Query = "jobs", Value = 3 }],
        };
        var (kept, leftOut) = SimulatedSignals.Keep(policy);
        Assert.Equal(["rule memory > 80 %", "target jobs 3"], leftOut);
        Assert.Empty(kept.Rules);
        Assert.Equal(Cpu.Targets, kept.Targets);
        var catalog = new PolicyCatalog(BacktestRunner.Prepare(Short), _ => policy with { Targets = [] });
        Assert.Contains("nothing in it", Assert.Throws<FormatException>(() => catalog.Create("x.yaml")).Message);
    }

    private static ManifestPolicy Create(ScalePolicy policy, Simulation simulation) =>
        new(policy, SimulatedReplica.For(policy), simulation);
}
