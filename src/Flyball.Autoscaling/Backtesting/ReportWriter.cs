using System.Globalization;
using System.Text.Json;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>Backtests as tables for people and JSON for programs.</summary>
internal static class ReportWriter
{
    /// <summary>Violations, in percent, at which families are compared.</summary>
    public static readonly string[] ViolationKeys = ["3", "1", "0.3", "0.1"];

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static void WriteJson(TextWriter output, IReadOnlyList<PolicyReport> rows) =>
        output.WriteLine(JsonSerializer.Serialize(rows, BacktestJson.Default.IReadOnlyListPolicyReport));

    /// <summary>The policies asked for, and the yardsticks beside them.</summary>
    public static void Write(
        TextWriter output, Simulation simulation, double bound, IReadOnlyList<ScoredPolicy> rows,
        IReadOnlyList<ScoredPolicy> yardsticks)
    {
        var load = simulation.Load;
        var days = (load.Load.Length - load.WarmupTicks) * load.Tick.TotalSeconds / 86400;
        output.WriteLine(string.Create(
            Invariant, $"start-up {simulation.StartupTicks * load.Tick.TotalSeconds} s, scored {days:F1} days, ")
            + string.Create(Invariant, $"lower bound {bound:F0} replica-hours"));
        output.WriteLine(
            $"{"policy",-28} {"viol%",8} {"over%",7} {"min/day",8} {"rep-h",8} {"x bound",8} {"ups",6} {"downs",6}");
        foreach (var row in rows)
            WriteRow(output, row, bound);
        if (yardsticks.Count > 0)
            output.WriteLine("beside them");
        foreach (var row in yardsticks)
            WriteRow(output, row, bound);
        output.WriteLine();
        output.WriteLine(
            "viol%: requests late or waiting, of all; over%: load above the ready capacity; min/day: time in "
            + "violation;");
        output.WriteLine(
            "x bound: replica-hours against those of a scaler whose replicas start at once; ups, downs: scale "
            + "actions.");
    }

    public static void Write(BacktestOptions options, TextWriter output, IReadOnlyList<FamilyReport> families)
    {
        if (options.Json)
        {
            output.WriteLine(JsonSerializer.Serialize(families, BacktestJson.Default.IReadOnlyListFamilyReport));
            return;
        }
        output.WriteLine("x bound at violation of" + string.Concat(ViolationKeys.Select(k => $"{k + " %",10}")));
        foreach (var family in families)
            output.WriteLine($"{family.Policy,-23}" + string.Concat(ViolationKeys.Select(
                k => family.TimesBoundAtViolation[k] is { } at
                    ? string.Create(Invariant, $"{at,10:F3}")
                    : $"{"-",10}")));
    }

    private static void WriteRow(TextWriter output, ScoredPolicy row, double bound)
    {
        var r = row.Result;
        output.WriteLine(
            string.Create(Invariant, $"{row.Name,-28} {r.ViolationPercent,8:F3} {r.OverPercent,7:F3} ")
            + string.Create(Invariant, $"{r.ViolationMinutesPerDay,8:F1} {r.ReplicaHours,8:F0} ")
            + string.Create(Invariant, $"{r.ReplicaHours / bound,8:F3} {r.ScaleUps,6} {r.ScaleDowns,6}"));
    }
}
