using System.Diagnostics.Metrics;
using Flyball.Base.Spooling;

namespace Flyball.Contracts.Telemetry;

/// <summary>What a forwarder counts, under the meter <c>Flyball.Telemetry</c>.</summary>
internal sealed class TelemetryMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Telemetry");
    private readonly Counter<long> notKept;
    private readonly Counter<long> answered;
    private readonly Counter<long> retries;

    public TelemetryMetrics(Spool spool)
    {
        notKept = meter.CreateCounter<long>(
            "flyball.telemetry.not_kept", "{batch}", "Batches that the buffer did not take, by reason.");
        answered = meter.CreateCounter<long>(
            "flyball.telemetry.answered", "{batch}", "Batches the server answered: accepted or refused.");
        retries = meter.CreateCounter<long>(
            "flyball.telemetry.retries", "{stream}", "Streams that ended and were opened again.");
        meter.CreateObservableGauge(
            "flyball.telemetry.buffered", () => spool.DiskBytes, "By", "What the buffer holds on disk.");
        meter.CreateObservableCounter(
            "flyball.telemetry.dropped", () => spool.Dropped, "{batch}", "The oldest, dropped from a full buffer.");
    }

    public void NotKept(SpoolOutcome outcome) => notKept.Add(1, new KeyValuePair<string, object?>("reason", outcome
        switch
        {
            SpoolOutcome.Busy => "busy",
            SpoolOutcome.TooLarge => "too_large",
            _ => "disk",
        }));

    public void Answered(bool accepted) =>
        answered.Add(1, new KeyValuePair<string, object?>("outcome", accepted ? "accepted" : "refused"));

    public void Retry() => retries.Add(1);

    public void Dispose() => meter.Dispose();
}
