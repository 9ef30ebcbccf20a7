namespace Flyball.Contracts.Metrics;

/// <summary>Takes samples that the platform itself gathers: of nodes, allocations, gateways and modules.</summary>
public interface ISampleSink
{
    /// <summary>
    /// Appends a batch; an answer of <see cref="SinkOutcome.Stored"/> means that what was accepted survives a power
    /// loss. The batch belongs to the sink until the task is complete.
    /// </summary>
    ValueTask<SinkAnswer> WriteAsync(MetricBatch batch, CancellationToken cancellation);
}
