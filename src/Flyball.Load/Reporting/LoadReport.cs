using System.Globalization;
using System.Text;
using System.Text.Json;
using Flyball.Load.Driving;
using Flyball.Load.Measuring;

namespace Flyball.Load.Reporting;

/// <summary>What a run came to, for people and for programs.</summary>
internal static class LoadReport
{
    // Above this the generator's machine, not the server, makes part of the latency.
    private const double LatenessToldMs = 10;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static void Write(TextWriter output, LoadPlan plan, Uri url, LoadOutcome outcome, bool asJson)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(
                LoadSummary.Of(plan, url, outcome), LoadJson.Default.LoadSummary));
            return;
        }

        double seconds = Math.Max(1e-9, Math.Min(outcome.Elapsed.TotalSeconds, plan.Curve.Duration.TotalSeconds));
        output.WriteLine(string.Create(Invariant, $"{url} for {outcome.Elapsed.TotalSeconds:0.0} s"));
        output.WriteLine(string.Create(
            Invariant, $"due        {outcome.Due,10}   {outcome.Due / seconds:0.0}/s, ")
            + string.Create(Invariant, $"at most {plan.Curve.PeakPerSecond:0.#}/s"));
        output.WriteLine(string.Create(
            Invariant, $"answered   {outcome.Answered,10}   ")
            + string.Join(", ", outcome.Statuses.Select(status => $"{status.Key}: {status.Value}")));
        output.WriteLine($"failed     {outcome.Failed,10}   {Failures(outcome)}".TrimEnd());
        if (plan.Objective is { } objective)
            output.WriteLine(string.Create(
                Invariant, $"late       {outcome.Slow,10}   of more than {objective.TotalMilliseconds:0.#} ms; ")
                + string.Create(Invariant, $"late or failed: {LoadSummary.LateOrFailedPercent(outcome):0.###} %"));
        output.WriteLine(Row("latency", outcome.Latency));
        output.WriteLine(Row("service", outcome.Service));
        output.WriteLine(string.Create(
            Invariant, $"{outcome.Opened} connections opened, {outcome.Repeated} requests repeated, ")
            + string.Create(Invariant, $"{outcome.ReceivedBytes / 1048576.0:0.0} MiB received; latency counts from ")
            + "when a request was due, service from when it left");
        if (outcome.Lateness.P99Ms > LatenessToldMs)
            output.WriteLine(string.Create(
                Invariant, $"The generator itself was late: by {outcome.Lateness.P99Ms:0.0} ms for one request in a ")
                + "hundred. Its machine is too busy, and part of the latency is its own.");
    }

    private static string Failures(LoadOutcome outcome)
    {
        List<string> parts = [];
        long refused = outcome.Statuses.Where(status => status.Key >= 400).Sum(status => status.Value);
        if (refused > 0) parts.Add($"status 400 and above: {refused}");
        foreach (FailureCount failure in outcome.Failures)
            parts.Add($"{failure.Kind.ToString().ToLowerInvariant()}: {failure.Count}"
                + (failure.Message is null ? "" : $" ({failure.Message})"));
        return string.Join(", ", parts);
    }

    private static string Row(string name, LatencySummary latency)
    {
        if (latency.Count == 0)
            return $"{name,-8}   nothing to measure: no request was answered";
        var row = new StringBuilder($"{name,-8}");
        foreach ((string title, double value) in ((string, double)[])
            [
                ("p50", latency.P50Ms), ("p90", latency.P90Ms), ("p95", latency.P95Ms), ("p99", latency.P99Ms),
                ("p99.9", latency.P999Ms), ("max", latency.MaxMs), ("mean", latency.MeanMs),
            ])
            row.Append(Invariant, $"   {title} {value:0.##} ms");
        return row.ToString();
    }
}
