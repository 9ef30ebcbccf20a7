using Flyball.Base.Spooling;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry.Wire;
using Google.Protobuf;

namespace Flyball.Contracts.Telemetry;

/// <summary>
/// Samples of a process that has no store of its own, on their way to the server. They survive the end of the process
/// but not a power loss: they are measured again in a few seconds.
/// </summary>
public sealed class ForwardingSampleSink(TelemetryForwarder forwarder) : ISampleSink, IDisposable
{
    private readonly SemaphoreSlim encoding = new(1);
    private readonly SampleColumns columns = new();

    public async ValueTask<SinkAnswer> WriteAsync(MetricBatch batch, CancellationToken cancellation)
    {
        await encoding.WaitAsync(cancellation);
        try
        {
            var telemetry = new TelemetryBatch
            {
                Kind = TelemetryKind.Samples,
                Payload = UnsafeByteOperations.UnsafeWrap(columns.Encode(batch)),
            };
            SpoolOutcome outcome = await forwarder.ForwardAsync(telemetry, durable: false);
            int count = batch.SampleCount + batch.HistogramCount;
            return outcome switch
            {
                SpoolOutcome.Kept => new SinkAnswer(SinkOutcome.Stored, count, []),
                SpoolOutcome.TooLarge => new SinkAnswer(SinkOutcome.Stored, 0, [new SinkRefusal("TooLarge", count)]),
                SpoolOutcome.Busy => new SinkAnswer(SinkOutcome.Busy, 0, []),
                _ => new SinkAnswer(SinkOutcome.Unavailable, 0, []),
            };
        }
        finally
        {
            encoding.Release();
        }
    }

    public void Dispose() => encoding.Dispose();
}
