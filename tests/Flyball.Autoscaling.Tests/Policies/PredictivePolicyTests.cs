using Flyball.Autoscaling.Backtesting;
using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Policies;
using Flyball.Autoscaling.Tests.Backtesting;
using Flyball.Autoscaling.Tests.Forecasting;

namespace Flyball.Autoscaling.Tests.Policies;

public sealed class PredictivePolicyTests
{
    private static readonly ForecastClock Clock = new(TimeSpan.FromSeconds(15), DateTimeOffset.UnixEpoch);
    private readonly StaffingTable staffing = new();

    [Fact]
    public void Want_FirstHours_IsQueueAwareWithHeadroom()
    {
        var policy = Create(new PredictiveOptions());
        var reference = new QueueAwarePolicy(staffing, 0.25);
        var loads = DemandForecasterTests.Waves(1000, 1);
        for (var i = 0; i < loads.Length; i++)
        {
            var tick = new ClusterTick(i, loads[i], loads[i], 20, 20);
            Assert.Equal(reference.Want(tick), policy.Want(tick));
        }
    }

    [Fact]
    public void Want_SignalLost_HoldsAndNeverShrinks()
    {
        var policy = Create(new PredictiveOptions());
        var loads = DemandForecasterTests.Waves(8000, 1);
        var last = 0;
        for (var i = 0; i < loads.Length; i++)
            last = policy.Want(new ClusterTick(i, loads[i], loads[i], 20, 20));
        for (var i = 0; i < 2000; i++)
            Assert.Equal(last, policy.Want(new ClusterTick(loads.Length + i, double.NaN, double.NaN, last, last)));
        Assert.True(last >= staffing.Need(loads[^1] * 0.9));
    }

    [Fact]
    public void Want_NeverAnySignal_IsOneReplica()
    {
        var policy = Create(new PredictiveOptions());
        for (var i = 0; i < 100; i++)
            Assert.Equal(1, policy.Want(new ClusterTick(i, double.NaN, 0, 1, 1)));
    }

    [Fact]
    public void Want_SameLoadTwice_DecidesTheSame()
    {
        var (a, b) = (Create(new PredictiveOptions()), Create(new PredictiveOptions()));
        var loads = DemandForecasterTests.Waves(9000, 2);
        for (var i = 0; i < loads.Length; i++)
        {
            var tick = new ClusterTick(i, loads[i], loads[i], 20, 20);
            Assert.Equal(a.Want(tick), b.Want(tick));
        }
    }

    [Fact]
    public void Weights_AfterADay_AreSharesOfOne()
    {
        var policy = Create(new PredictiveOptions());
        var loads = DemandForecasterTests.Waves(6000, 2);
        for (var i = 0; i < loads.Length; i++)
            policy.Want(new ClusterTick(i, loads[i], loads[i], 20, 20));
        Assert.Equal(1, policy.Experts.Sum(e => e.Weight), 9);
        Assert.All(policy.Experts, e => Assert.InRange(e.Weight, 0, 1));
    }

    [Fact]
    public void Run_ShortBurstsSeldom_PassesThemOrCoversThemButNotHalf()
    {
        // The middle between eleven replicas and the burst's thirty pays for both and serves neither.
        var simulation = Simulate(SyntheticLoad.Create("single bursts", 6), TimeSpan.FromSeconds(300));
        var catalog = new PolicyCatalog(simulation);
        var results = simulation.RunTogether(
            [.. ((double[])[8, 8192]).Select(p => catalog.Default(new PredictiveOptions { LatenessPrice = p }))]);
        var bound = simulation.BoundHours();
        Assert.InRange(results[0].ReplicaHours / bound, 1, 1.25);
        Assert.InRange(results[1].ReplicaHours / bound, 2.5, 3.5);
        Assert.True(results[1].ViolationPercent < 0.4 * results[0].ViolationPercent);
    }

    [Fact]
    public void Run_HigherLatenessPrice_ViolatesLessForMoreHours()
    {
        var simulation = Simulate(DemandForecasterTests.Waves(4 * 5760, 3), TimeSpan.FromSeconds(120));
        var catalog = new PolicyCatalog(simulation);
        var results = simulation.RunTogether(
            [.. ((double[])[4, 64, 1024]).Select(p => catalog.Default(new PredictiveOptions { LatenessPrice = p }))]);
        Assert.True(results[0].ReplicaHours < results[1].ReplicaHours);
        Assert.True(results[1].ReplicaHours < results[2].ReplicaHours);
        Assert.True(results[0].ViolationPercent > results[1].ViolationPercent);
        Assert.True(results[1].ViolationPercent >= results[2].ViolationPercent);
    }

    internal static Simulation Simulate(double[] loads, TimeSpan startup, TimeSpan? warmup = null)
    {
        var series = new LoadSeries(DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(15), loads);
        var load = BacktestLoad.Create(
            series, TimeSpan.FromSeconds(15), warmup ?? TimeSpan.FromDays(2), null, 10, true);
        return new Simulation(load, new StaffingTable(), startup);
    }

    private PredictivePolicy Create(PredictiveOptions options) =>
        new(options, staffing, new DemandForecaster(Clock, 20));
}
