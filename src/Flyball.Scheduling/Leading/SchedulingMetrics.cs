using System.Diagnostics.Metrics;
using Flyball.Base.Resources;

namespace Flyball.Scheduling.Leading;

/// <summary>What the scheduler counts, under the meter <c>Flyball.Scheduling</c>.</summary>
internal sealed class SchedulingMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Scheduling");
    private readonly Counter<long> plans;
    private readonly Histogram<double> passDuration;
    private readonly Counter<long> refusedBodies;

    public SchedulingMetrics()
    {
        plans = meter.CreateCounter<long>("flyball.scheduling.plans", "{plan}", "Plans committed, by outcome.");
        passDuration =
            meter.CreateHistogram<double>("flyball.scheduling.pass.duration", "ms", "Time to plan one pass.");
        refusedBodies = meter.CreateCounter<long>(
            "flyball.scheduling.bodies.refused", "{request}", "Requests whose body was larger than allowed, by bound.");
    }

    public void Committed(CommitOutcome outcome) =>
        plans.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    public void Planned(TimeSpan duration) => passDuration.Record(duration.TotalMilliseconds);

    /// <param name="bound">The option that was exceeded.</param>
    public void Refused(string bound) => refusedBodies.Add(1, new KeyValuePair<string, object?>("bound", bound));

    public void Dispose() => meter.Dispose();
}
