using Flyball.Base.Codecs;
using Flyball.Contracts.Metrics;
using Flyball.Metrics.Intake;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Otlp;

/// <summary>Metrics that services sent to an agent, on their way into the store.</summary>
internal sealed class OtlpSink(OtlpApi api, RequestBodies bodies) : IOtlpSink
{
    public async ValueTask<SinkAnswer> WriteAsync(OtlpMetrics metrics, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var extra = new LabelsBuilder();
        foreach (MetricLabel label in metrics.Resource) extra.Set(label.Name, label.Value);
        if (!metrics.IsJson) return Describe(await api.WriteAsync(metrics.Payload, extra.ToLabels()));
        ByteBuffer message = bodies.Rent();
        try
        {
            return OtlpJson.TryWrite(metrics.Payload, message) is { } problem
                ? Describe(OtlpOutcome.Malformed(problem))
                : Describe(await api.WriteAsync(message.WrittenMemory, extra.ToLabels()));
        }
        finally
        {
            bodies.Return(message);
        }
    }

    private static SinkAnswer Describe(OtlpOutcome outcome)
    {
        if (outcome.IsUnavailable) return new SinkAnswer(SinkOutcome.Unavailable, 0, []);
        SinkRefusal[] refused = outcome.IsMalformed ? [new SinkRefusal("Malformed", 1)]
            : outcome.RefusedPoints > 0 ? [new SinkRefusal("Points", outcome.RefusedPoints)]
            : [];
        return new SinkAnswer(SinkOutcome.Stored, outcome.AcceptedSamples, refused) { FirstRefused = outcome.Reason };
    }
}
