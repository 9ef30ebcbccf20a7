using Flyball.Autoscaling.Backtesting;
using Flyball.Autoscaling.Policies;
using Flyball.Autoscaling.Tests.Policies;

namespace Flyball.Autoscaling.Tests.Backtesting;

/// <summary>
/// The targets for the default policy, most of them minutes of CPU: run with FLYBALL_LONG=1. The rows are the
/// reference table's: series, warm-up and length in days, start-up, violation in percent, and the hours a first attempt
/// at prediction had.
/// </summary>
public sealed class TargetTests(ITestOutputHelper output)
{
    private static readonly
        (string Series, int Warmup, int Days, int Startup, bool Constant, double At, double? Attempt)[] Rows =
        [
            ("wc98_peak_1min", 9, 35, 60, false, 0.3, 1.076), ("wc98_peak_1min", 9, 35, 300, false, 1, 1.189),
            ("nasa_jul95_1min", 7, 27, 60, false, 1, 1.735), ("nasa_jul95_1min", 7, 27, 300, false, 3, 1.755),
            ("nab_tweets_amzn_5min", 14, 54, 300, false, 3, 1.531),
            ("nab_nyc_taxi_30min", 21, 63, 1800, false, 1, 1.064),
            ("azure2019_vm_cpu_5min", 14, 30, 300, false, 0.3, 1.024),
            ("nab_asg_cpu_5min", 14, 62, 300, false, 3, null),
            ("wc98_peak_1min", 9, 35, 60, true, 0.3, 1.107), ("nasa_jul95_1min", 7, 27, 60, true, 1, 1.942),
            ("nab_tweets_amzn_5min", 14, 54, 300, true, 3, 1.845),
        ];

    private static readonly double[] Violations = [3, 1, 0.3, 0.1];

    [Fact]
    public void Frontier_RealSeries_MeetsTheTargetOnEveryRow()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1", "set FLYBALL_LONG=1");
        Assert.SkipWhen(Traces.Folder is null, "the load series are not beside the repository");
        List<double> againstHpa = [];
        foreach (var row in Rows)
        {
            var options = Traces.Options(
                Path.Combine(Traces.Folder!, row.Series + ".csv"), row.Warmup, row.Days, row.Startup, row.Constant);
            var families = Run(BacktestRunner.Prepare(options));
            var ours = Frontier.TimesBoundAt(families[2], row.At)!.Value;
            var hpa = Frontier.TimesBoundAt(families[0], row.At)!.Value;
            output.WriteLine($"{row.Series} {row.Startup} {row.Constant}: {ours:F3}, HPA {hpa:F3}, {row.Attempt:F3}");
            againstHpa.Add(ours / hpa);
            if (row.Attempt is { } attempt)
                Assert.True(ours <= 1.01 * attempt, $"{row.Series} {row.Startup}: {ours:F3} against {attempt:F3}");
            AssertNeverMuchWorse(families, row.Series);
        }
        output.WriteLine($"mean against HPA {againstHpa.Average():F4}");
        Assert.True(againstHpa.Average() <= 0.86);
    }

    [Theory]
    [InlineData("white noise")]
    [InlineData("single bursts")]
    [InlineData("ramps")]
    [InlineData("regime changes")]
    public void Frontier_SyntheticSeries_IsNeverMuchWorseThanReacting(string kind)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1", "set FLYBALL_LONG=1");
        var simulation = PredictivePolicyTests.Simulate(
            SyntheticLoad.Create(kind, 27), TimeSpan.FromSeconds(120), TimeSpan.FromDays(7));
        AssertNeverMuchWorse(Run(simulation), kind);
    }

    /// <summary>The only burst of its life: no forecast can know it.</summary>
    [Theory]
    [InlineData(6, 3)]
    [InlineData(14, 7)]
    public void Frontier_OneBurst_IsNeverMuchWorseThanReacting(int days, int warmup)
    {
        var simulation = PredictivePolicyTests.Simulate(
            SyntheticLoad.Create("one burst", days), TimeSpan.FromSeconds(300), TimeSpan.FromDays(warmup));
        AssertNeverMuchWorse(Run(simulation), "one burst");
    }

    private void AssertNeverMuchWorse((double, double)[][] families, string name)
    {
        foreach (var violation in Violations)
        {
            var best = Math.Min(
                Frontier.TimesBoundAt(families[0], violation) ?? double.PositiveInfinity,
                Frontier.TimesBoundAt(families[1], violation) ?? double.PositiveInfinity);
            if (double.IsInfinity(best))
                continue;
            var ours = Frontier.TimesBoundAt(families[2], violation);
            output.WriteLine($"  {name} at {violation} %: {ours:F3} against {best:F3}");
            Assert.True(ours <= 1.02 * best, $"{name} at {violation} %: {ours:F3} against {best:F3}");
        }
    }

    private static (double, double)[][] Run(Simulation simulation)
    {
        var bound = simulation.BoundHours();
        var catalog = new PolicyCatalog(simulation);
        IScalingPolicy[][] families =
        [
            [.. PolicyCatalog.HpaTargets.Select(PolicyCatalog.Hpa)],
            [.. PolicyCatalog.QueueAwareMargins.Select(catalog.QueueAware)],
            [.. PolicyCatalog.LatenessPrices.Select(p => catalog.Default(new PredictiveOptions { LatenessPrice = p }))],
        ];
        return [.. families.Select(f => simulation.RunTogether(f)
            .Select(r => (r.ReplicaHours / bound, r.ViolationPercent)).ToArray())];
    }
}
