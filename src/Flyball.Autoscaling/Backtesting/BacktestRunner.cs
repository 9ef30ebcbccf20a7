using System.Globalization;
using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>What stands behind <c>flyball backtest</c>: runs policies over a series and reports.</summary>
internal static class BacktestRunner
{
    /// <summary>What every table shows beside the policies asked for.</summary>
    private static readonly string[] Yardsticks = ["hpa-50", "hpa-60", "hpa-70", "hpa-80", "clairvoyant"];

    /// <summary>Runs what <paramref name="options"/> ask for and writes the report.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="output">Receives the report.</param>
    /// <param name="notes">Receives what a person should know about how policies were run.</param>
    /// <param name="cancellation">Ends it between two ticks.</param>
    /// <exception cref="FormatException">A policy cannot be read or run, or nothing is left to score.</exception>
    public static void Run(
        BacktestOptions options, TextWriter output, TextWriter notes, CancellationToken cancellation = default)
    {
        var simulation = Prepare(options);
        var bound = simulation.BoundHours();
        if (options.Frontier)
        {
            ReportWriter.Write(options, output, [.. Families(simulation, bound, cancellation)]);
            return;
        }
        // All are read before the first one runs: a mistake in the last one shows at once.
        var policies = options.Policies.Select(name => (Name: name, Policy: Create(name, simulation, options, notes)));
        var rows = Run([.. policies], simulation, options, cancellation);
        if (options.Json)
        {
            ReportWriter.WriteJson(output, [.. rows.Select(row => PolicyReport.Of(row.Name, row.Result, bound))]);
            return;
        }
        var beside = Yardsticks.Except(options.Policies, StringComparer.Ordinal)
            .Select(name => (Name: name, Policy: Create(name, simulation, options, notes)));
        ReportWriter.Write(
            output, simulation, bound, rows,
            Run([.. beside], simulation, options with { WantedPath = null, PlotPath = null }, cancellation));
    }

    public static Simulation Prepare(BacktestOptions options)
    {
        var load = BacktestLoad.Create(
            options.Series, options.Tick, options.Warmup, options.Length, options.MeanReplicas, options.Constant);
        return new Simulation(load, new StaffingTable(), options.Startup);
    }

    private static IScalingPolicy Create(
        string name, Simulation simulation, BacktestOptions options, TextWriter notes) =>
        new PolicyCatalog(simulation, options.ReadPolicy, notes).Create(name);

    private static List<ScoredPolicy> Run(
        (string Name, IScalingPolicy Policy)[] policies, Simulation simulation, BacktestOptions options,
        CancellationToken cancellation)
    {
        List<ScoredPolicy> rows = [];
        foreach (var (name, policy) in policies)
        {
            var recorder = rows.Count == 0 && (options.WantedPath ?? options.PlotPath) is not null
                ? new RunRecorder(simulation, policy)
                : null;
            var result = simulation.Run(policy, recorder is null ? null : recorder.See, cancellation);
            rows.Add(new ScoredPolicy(name, result));
            recorder?.Write(options.WantedPath, options.PlotPath, name);
        }
        return rows;
    }

    private static IEnumerable<FamilyReport> Families(
        Simulation simulation, double bound, CancellationToken cancellation)
    {
        var catalog = new PolicyCatalog(simulation);
        yield return Family("hpa", simulation, bound, PolicyCatalog.HpaTargets, PolicyCatalog.Hpa, cancellation);
        yield return Family(
            "queue-aware", simulation, bound, PolicyCatalog.QueueAwareMargins, catalog.QueueAware, cancellation);
        yield return Family(
            "default", simulation, bound, PolicyCatalog.LatenessPrices,
            price => catalog.Default(new PredictiveOptions { LatenessPrice = price }), cancellation);
    }

    private static FamilyReport Family(
        string name, Simulation simulation, double bound, double[] knobs, Func<double, IScalingPolicy> create,
        CancellationToken cancellation)
    {
        var results = simulation.RunTogether([.. knobs.Select(create)], cancellation);
        var points = knobs
            .Zip(results, (knob, r) => new FamilyPoint(knob, r.ReplicaHours / bound, r.ViolationPercent))
            .ToList();
        var at = new OrderedDictionary<string, double?>();
        foreach (var key in ReportWriter.ViolationKeys)
            at[key] = Frontier.TimesBoundAt(
                points.Select(p => (p.TimesBound, p.ViolationPercent)),
                double.Parse(key, CultureInfo.InvariantCulture));
        return new FamilyReport(name, at, points);
    }
}
