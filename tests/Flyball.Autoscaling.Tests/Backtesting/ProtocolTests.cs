using System.Globalization;
using Flyball.Autoscaling.Backtesting;
using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Tests.Backtesting;

/// <summary>The simulated cluster prints what the protocol's reference program printed, digit for digit.</summary>
public sealed class ProtocolTests
{
    private static readonly (string Label, string? Name, double Hold)[] Rows =
    [
        ("HPA cpu 50%", "hpa-50", 0), ("HPA cpu 60%", "hpa-60", 0), ("HPA cpu 70%", "hpa-70", 0),
        ("HPA cpu 80%", "hpa-80", 0), ("queue-reactive +0%", "queue-aware-0", 0),
        ("queue-reactive +10%", "queue-aware-10", 0), ("queue-reactive +25%", "queue-aware-25", 0),
        ("queue-reactive +50%", "queue-aware-50", 0), ("clairvoyant", "clairvoyant", 0),
        ("clairvoyant, 300 s hold", null, 20),
    ];

    [Fact]
    public void Run_SyntheticSeries_PrintsTheReferenceRows()
    {
        foreach (var (command, output) in Traces.Script("synthetic.txt"))
        {
            var options = Traces.Options(
                Traces.Golden("synthetic_1min.csv"), 1, 4, Traces.Value(command, "--startup"),
                command.EndsWith("--constant"));
            Assert.Equal(output, Print(options));
        }
    }

    /// <summary>A peak of 357 times the mean: thousands of replicas in one tick, tens in most.</summary>
    [Fact]
    public void Run_LogNormalSeries_PrintsTheReferenceRows()
    {
        var (command, output) = Assert.Single(Traces.Script("lognormal.txt"));
        Assert.Equal(output, Print(Traces.Options(
            Traces.Golden("lognormal_1min.csv"), 1, 6, Traces.Value(command, "--startup"), false)));
    }

    [Fact]
    public void Run_RealSeries_PrintsTheReferenceRows()
    {
        Assert.SkipWhen(Traces.Folder is null, "the load series are not beside the repository");
        var seen = 0;
        foreach (var (command, output) in Traces.Script("traces.txt"))
        {
            var path = Path.Combine(Traces.Folder!, command.Split(' ')[0] + ".csv");
            var options = Traces.Options(
                path, Traces.Value(command, "--warmup-days"), Traces.Value(command, "--days"),
                Traces.Value(command, "--startup"), command.EndsWith("--constant"));
            Assert.Equal(output, Print(options));
            seen++;
        }
        Assert.Equal(11, seen);
    }

    private static string[] Print(BacktestOptions options)
    {
        var simulation = BacktestRunner.Prepare(options);
        var bound = simulation.BoundHours();
        List<string> lines =
            [$"{"policy",-28} {"viol%",8} {"over%",7} {"rep-h",8} {"x bound",8} {"ups",6} {"downs",6}"];
        foreach (var (label, name, hold) in Rows)
        {
            var policy = name is not null
                ? new PolicyCatalog(simulation).Create(name)
                : new ClairvoyantPolicy(
                    simulation.Load.Load, simulation.Staffing, simulation.StartupTicks, (int)hold);
            var r = simulation.Run(policy);
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{label,-28} {r.ViolationPercent,8:F3} {r.OverPercent,7:F3} {r.ReplicaHours,8:F0} ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"{r.ReplicaHours / bound,8:F3} {r.ScaleUps,6} {r.ScaleDowns,6}"));
        }
        return [.. lines];
    }
}
