using System.Diagnostics.Metrics;
using Flyball.Agent.Telemetry;
using Flyball.Base.Transport;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry;
using Flyball.Contracts.Telemetry.Wire;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Sessions.Telemetry;

/// <summary>
/// The server's end of telemetry streams: hands batches to the stores and answers when they are durable there. A batch
/// that cannot be stored now ends the stream, so that no later answer can stand for it.
/// </summary>
internal sealed partial class TelemetryReceiver(
    IEnumerable<ISampleSink> samples, IEnumerable<IOtlpSink> otlp, ILogger<TelemetryReceiver> log)
    : IStreamHandler<TelemetryMessage, TelemetryServerMessage>
{
    /// <summary>The oldest protocol version that this server still speaks.</summary>
    public const int ProtocolVersionMin = 1;

    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> Received = Meter.CreateCounter<long>(
        "flyball.telemetry.received", "{batch}", "Batches from agents and gateways, by kind and outcome.");
    private static readonly Counter<long> Unstored = Meter.CreateCounter<long>(
        "flyball.telemetry.unstored", "{item}", "Log records and spans that nobody stores yet, by signal.");

    private readonly ISampleSink? sampleSink = samples.LastOrDefault();
    private readonly IOtlpSink? otlpSink = otlp.LastOrDefault();

    public async Task RunAsync(
        IMessageStream<TelemetryServerMessage, TelemetryMessage> stream, Peer peer, CancellationToken cancellation)
    {
        TelemetryMessage? first = await stream.ReceiveAsync(cancellation);
        if (first?.Hello is not { } hello)
            throw new TransportException("The first message must be TelemetryHello.", refused: true);
        if (hello.ProtocolVersion < ProtocolVersionMin)
        {
            throw new TransportException($"{hello.Source} speaks telemetry protocol {hello.ProtocolVersion}, this "
                + $"server {ProtocolVersionMin} and later: update it.", refused: true);
        }

        Log.Connected(log, hello.Source, peer.Address);
        var welcome = new TelemetryWelcome { ProtocolVersion = ProtocolVersionMin };
        await stream.SendAsync(new TelemetryServerMessage { Welcome = welcome }, cancellation);
        var decoding = new Decoding();
        while (await stream.ReceiveAsync(cancellation) is { } message)
        {
            if (message.Batch is not { } batch) continue;
            TelemetryAnswer answer = await StoreAsync(batch, decoding, cancellation);
            answer.Id = batch.Id;
            Count(batch.Kind, answer.Outcome);
            await stream.SendAsync(new TelemetryServerMessage { Answer = answer }, cancellation);
            if (answer.Outcome == TelemetryOutcome.Unavailable) return;
        }
    }

    private async ValueTask<TelemetryAnswer> StoreAsync(
        TelemetryBatch batch, Decoding decoding, CancellationToken cancellation)
    {
        switch (batch.Kind)
        {
            case TelemetryKind.Samples:
                if (!decoding.Reader.TryDecode(batch.Payload.Span, decoding.Batch))
                    return Refuse("The bytes are no samples of a version that this server knows.");
                return sampleSink is null
                    ? Refuse("This server stores no metrics.")
                    : Describe(await sampleSink.WriteAsync(decoding.Batch, cancellation));
            case TelemetryKind.OtlpMetrics:
                if (otlpSink is null) return Refuse("This server stores no OTLP metrics.");
                MetricLabel[] resource = [.. batch.Resource.Select(label => new MetricLabel(label.Name, label.Value))];
                var metrics = new OtlpMetrics(batch.Payload.Memory, batch.IsJson, resource);
                return Describe(await otlpSink.WriteAsync(metrics, cancellation));
            case TelemetryKind.OtlpLogs:
                return Drop(OtlpSignal.Logs, batch);
            case TelemetryKind.OtlpSpans:
                return Drop(OtlpSignal.Spans, batch);
            default:
                return Refuse("This server does not know what kind of telemetry this is.");
        }
    }

    /// <summary>Nobody stores logs and spans yet; they are accepted so that they make no queue.</summary>
    private static TelemetryAnswer Drop(OtlpSignal signal, TelemetryBatch batch)
    {
        long items = (batch.IsJson
            ? OtlpCount.Json(signal, batch.Payload.Memory)
            : OtlpCount.Protobuf(signal, batch.Payload.Span)) ?? 0;
        Unstored.Add(items,
            new KeyValuePair<string, object?>("signal", signal == OtlpSignal.Logs ? "logs" : "spans"));
        return new TelemetryAnswer();
    }

    private static TelemetryAnswer Describe(SinkAnswer answer)
    {
        if (answer.Outcome != SinkOutcome.Stored)
            return new TelemetryAnswer { Outcome = TelemetryOutcome.Unavailable, Reason = answer.Outcome.ToString() };
        if (answer.Refused.Count == 0) return new TelemetryAnswer();
        string reasons = string.Join(", ", answer.Refused.Select(one => $"{one.Reason} {one.Count}"));
        return new TelemetryAnswer
        {
            Outcome = answer.Accepted > 0 ? TelemetryOutcome.Accepted : TelemetryOutcome.Refused,
            Reason = answer.FirstRefused.Length > 0 ? $"{reasons}; first {answer.FirstRefused}" : reasons,
        };
    }

    private static TelemetryAnswer Refuse(string reason) =>
        new() { Outcome = TelemetryOutcome.Refused, Reason = reason };

    private static void Count(TelemetryKind kind, TelemetryOutcome outcome) => Received.Add(
        1,
        new KeyValuePair<string, object?>("kind", kind switch
        {
            TelemetryKind.Samples => "samples",
            TelemetryKind.OtlpMetrics => "otlp_metrics",
            TelemetryKind.OtlpLogs => "otlp_logs",
            TelemetryKind.OtlpSpans => "otlp_spans",
            _ => "unknown",
        }),
        new KeyValuePair<string, object?>("outcome", outcome switch
        {
            TelemetryOutcome.Accepted => "accepted",
            TelemetryOutcome.Refused => "refused",
            _ => "unavailable",
        }));

    /// <summary>What a stream uses again for each of its batches.</summary>
    private sealed class Decoding
    {
        public SampleColumnsReader Reader { get; } = new();

        public MetricBatch Batch { get; } = new();
    }

    private static partial class Log
    {
        [LoggerMessage(4450, LogLevel.Information, "Telemetry comes from {Source} at {Address}")]
        public static partial void Connected(ILogger logger, string source, string address);
    }
}
