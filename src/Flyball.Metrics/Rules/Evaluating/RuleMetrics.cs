using System.Diagnostics.Metrics;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>What rules count, under the meter <c>Flyball.Metrics</c>.</summary>
internal sealed class RuleMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Metrics");
    private readonly Counter<long> evaluations;
    private readonly Counter<long> missed;
    private readonly Counter<long> samples;
    private readonly Counter<long> refused;
    private readonly Histogram<double> durations;

    public RuleMetrics()
    {
        evaluations = meter.CreateCounter<long>(
            "flyball.metrics.rule_evaluations", "{evaluation}", "Evaluations of rules, by group and outcome.");
        missed = meter.CreateCounter<long>(
            "flyball.metrics.rule_iterations_missed", "{iteration}",
            "Evaluations of groups that came too late, by group.");
        samples = meter.CreateCounter<long>(
            "flyball.metrics.rule_samples", "{sample}", "Samples that rules wrote.");
        refused = meter.CreateCounter<long>(
            "flyball.metrics.rule_samples_refused", "{sample}", "Samples of rules that the store refused.");
        durations = meter.CreateHistogram<double>(
            "flyball.metrics.rule_group_duration", "s", "How long groups took to evaluate, by group.");
    }

    public void Evaluated(string group, bool isGood) => evaluations.Add(
        1, new KeyValuePair<string, object?>("group", group),
        new KeyValuePair<string, object?>("outcome", isGood ? "good" : "bad"));

    public void Missed(string group, long count) =>
        missed.Add(count, new KeyValuePair<string, object?>("group", group));

    public void Written(int accepted, int refusedCount)
    {
        samples.Add(accepted);
        if (refusedCount > 0) refused.Add(refusedCount);
    }

    public void Took(string group, TimeSpan duration) =>
        durations.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("group", group));

    public void Dispose() => meter.Dispose();
}
