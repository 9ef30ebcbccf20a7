using System.Globalization;
using System.Text.Json;
using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>What stands behind <c>flyball backtest</c>: reads a series, runs policies over it and reports.</summary>
internal static class BacktestRunner
{
    private static readonly string[] ViolationKeys = ["3", "1", "0.3", "0.1"];

    /// <summary>Runs what <paramref name="options"/> ask for and writes the report.</summary>
    /// <exception cref="FormatException">The series or a policy cannot be read; it says where.</exception>
    /// <exception cref="ArgumentException">The options leave nothing to score.</exception>
    public static void Run(BacktestOptions options, TextWriter output)
    {
        var simulation = Prepare(options);
        var bound = simulation.BoundHours();
        if (options.Frontier)
        {
            WriteFrontier(options, output, [.. Families(simulation, bound)]);
            return;
        }
        List<PolicyReport> rows = [];
        foreach (var name in options.Policies)
        {
            var policy = new PolicyCatalog(simulation).Create(name);
            var recorder = rows.Count == 0 && (options.WantedPath ?? options.PlotPath) is not null
                ? new RunRecorder(simulation, policy)
                : null;
            var result = simulation.Run(policy, recorder is null ? null : recorder.See);
            recorder?.Write(options.WantedPath, options.PlotPath, name);
            rows.Add(new PolicyReport(
                name, result.ViolationPercent, result.OverPercent, result.ReplicaHours, result.ReplicaHours / bound,
                result.ScaleUps, result.ScaleDowns));
        }
        WriteRows(options, output, simulation, bound, rows);
    }

    public static Simulation Prepare(BacktestOptions options)
    {
        using var reader = new StreamReader(options.SeriesPath);
        LoadSeries series;
        try
        {
            series = LoadSeries.ReadCsv(reader);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{options.SeriesPath}: {e.Message}", e);
        }
        if (options.Range is { } range)
            series = series.Last(range);
        var load = BacktestLoad.Create(
            series, options.Tick, options.Warmup, options.Days, options.MeanReplicas, options.Constant);
        return new Simulation(load, new StaffingTable(), options.Startup);
    }

    private static IEnumerable<FamilyReport> Families(Simulation simulation, double bound)
    {
        var catalog = new PolicyCatalog(simulation);
        yield return Family("hpa", simulation, bound, PolicyCatalog.HpaTargets, PolicyCatalog.Hpa);
        yield return Family(
            "queue-aware", simulation, bound, PolicyCatalog.QueueAwareMargins, catalog.QueueAware);
        yield return Family(
            "default", simulation, bound, PolicyCatalog.LatenessPrices,
            price => catalog.Default(new PredictiveOptions { LatenessPrice = price }));
    }

    private static FamilyReport Family(
        string name, Simulation simulation, double bound, double[] knobs, Func<double, IScalingPolicy> create)
    {
        var results = simulation.RunTogether([.. knobs.Select(create)]);
        var points = knobs
            .Zip(results, (knob, r) => new FamilyPoint(knob, r.ReplicaHours / bound, r.ViolationPercent))
            .ToList();
        var at = new OrderedDictionary<string, double?>();
        foreach (var key in ViolationKeys)
            at[key] = Frontier.TimesBoundAt(
                points.Select(p => (p.TimesBound, p.ViolationPercent)),
                double.Parse(key, CultureInfo.InvariantCulture));
        return new FamilyReport(name, at, points);
    }

    private static void WriteRows(
        BacktestOptions options, TextWriter output, Simulation simulation, double bound, List<PolicyReport> rows)
    {
        if (options.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(rows, BacktestJson.Default.IReadOnlyListPolicyReport));
            return;
        }
        var load = simulation.Load;
        var days = (load.Load.Length - load.WarmupTicks) * load.Tick.TotalSeconds / 86400;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"start-up {options.Startup.TotalSeconds} s, scored {days:F1} days, lower bound {bound:F0} replica-hours"));
        output.WriteLine(
            $"{"policy",-28} {"viol%",8} {"over%",7} {"rep-h",8} {"x bound",8} {"ups",6} {"downs",6}");
        foreach (var r in rows)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{r.Policy,-28} {r.ViolationPercent,8:F3} {r.OverPercent,7:F3} {r.ReplicaHours,8:F0} ")
                + string.Create(CultureInfo.InvariantCulture, $"{r.TimesBound,8:F3} {r.ScaleUps,6} {r.ScaleDowns,6}"));
    }

    private static void WriteFrontier(BacktestOptions options, TextWriter output, IReadOnlyList<FamilyReport> families)
    {
        if (options.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(families, BacktestJson.Default.IReadOnlyListFamilyReport));
            return;
        }
        output.WriteLine("x bound at violation of" + string.Concat(ViolationKeys.Select(k => $"{k + " %",10}")));
        foreach (var family in families)
            output.WriteLine($"{family.Policy,-23}" + string.Concat(ViolationKeys.Select(
                k => string.Create(CultureInfo.InvariantCulture, $"{family.TimesBoundAtViolation[k],10:F3}"))));
    }
}
