namespace Flyball.Contracts.Metrics;

/// <summary>Takes metrics in OTLP's own bytes, as services sent them to an agent.</summary>
public interface IOtlpSink
{
    /// <summary>
    /// Decodes and appends a request. An answer of <see cref="SinkOutcome.Stored"/> means that what was accepted
    /// survives a power loss; bytes that are no OTLP are a refusal like any other. The same request may come again
    /// after a broken connection: its points are then recognised.
    /// </summary>
    ValueTask<SinkAnswer> WriteAsync(OtlpMetrics metrics, CancellationToken cancellation);
}
