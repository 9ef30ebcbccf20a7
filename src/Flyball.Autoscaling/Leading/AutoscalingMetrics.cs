using System.Diagnostics.Metrics;

namespace Flyball.Autoscaling.Leading;

/// <summary>What autoscaling counts, under the meter <c>Flyball.Autoscaling</c>.</summary>
internal sealed class AutoscalingMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Autoscaling");
    private readonly Counter<long> changes;
    private readonly Histogram<double> passDuration;
    private readonly Counter<long> held;
    private readonly Counter<long> failed;
    private readonly Counter<long> activations;

    public AutoscalingMetrics()
    {
        changes = meter.CreateCounter<long>(
            "flyball.autoscaling.changes", "{change}", "Changes of replicas, by direction.");
        passDuration = meter.CreateHistogram<double>(
            "flyball.autoscaling.pass_duration", "s", "Time for the decisions of one tick, queries included.");
        held = meter.CreateCounter<long>(
            "flyball.autoscaling.held", "{decision}", "Decisions made while a signal was missing.");
        failed = meter.CreateCounter<long>(
            "flyball.autoscaling.failed", "{decision}", "Decisions that could not be made or written.");
        activations = meter.CreateCounter<long>(
            "flyball.autoscaling.activations", "{change}", "Workloads brought back from zero, by reason.");
    }

    public void Changed(int change) =>
        changes.Add(1, new KeyValuePair<string, object?>("direction", change > 0 ? "up" : "down"));

    /// <param name="reason"><c>requests</c> that waited, or the <c>policy</c>.</param>
    public void Activated(string reason) =>
        activations.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Passed(TimeSpan took) => passDuration.Record(took.TotalSeconds);

    public void Held() => held.Add(1);

    public void Failed() => failed.Add(1);

    public void Dispose() => meter.Dispose();
}
