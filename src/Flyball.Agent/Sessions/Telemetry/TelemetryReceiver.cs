using System.Diagnostics.Metrics;
using Flyball.Base.Transport;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry;
using Flyball.Contracts.Telemetry.Wire;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Sessions.Telemetry;

/// <summary>
/// The server's end of telemetry streams: hands batches to the store and answers when they are durable there. A batch
/// that cannot be stored now ends the stream, so that no later answer can stand for it.
/// </summary>
internal sealed partial class TelemetryReceiver(
    ISampleSink samples, IOtlpSink otlp, ILogger<TelemetryReceiver> log)
    : IStreamHandler<TelemetryMessage, TelemetryServerMessage>, IDisposable
{
    /// <summary>The oldest protocol version that this server still speaks.</summary>
    public const int ProtocolVersionMin = 1;

    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> Received = Meter.CreateCounter<long>(
        "flyball.telemetry.received", "{batch}", "Batches from agents and gateways, by kind and outcome.");

    private readonly StoredBatches stored = new();

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
            TelemetryAnswer answer = await StoreOnceAsync(batch, decoding, cancellation);
            answer.Id = batch.Id;
            await stream.SendAsync(new TelemetryServerMessage { Answer = answer }, cancellation);
            if (answer.Outcome == TelemetryOutcome.Unavailable) return;
        }
    }

    public void Dispose() => stored.Dispose();

    private async ValueTask<TelemetryAnswer> StoreOnceAsync(
        TelemetryBatch batch, Decoding decoding, CancellationToken cancellation)
    {
        StoredBatches.Run run = await stored.EnterAsync(batch.Run, cancellation);
        try
        {
            if (batch.Id <= run.LastId)
            {
                Count(batch.Kind, "repeated");
                return new TelemetryAnswer();
            }

            TelemetryAnswer answer = await StoreAsync(batch, decoding, cancellation);
            if (answer.Outcome != TelemetryOutcome.Unavailable) run.LastId = batch.Id;
            Count(batch.Kind, Name(answer.Outcome));
            return answer;
        }
        finally
        {
            run.Release();
        }
    }

    private async ValueTask<TelemetryAnswer> StoreAsync(
        TelemetryBatch batch, Decoding decoding, CancellationToken cancellation)
    {
        switch (batch.Kind)
        {
            case TelemetryKind.Samples:
                return decoding.Reader.TryDecode(batch.Payload.Span, decoding.Batch)
                    ? Describe(await samples.WriteAsync(decoding.Batch, cancellation))
                    : Refuse("The bytes are no samples of a version that this server knows.");
            case TelemetryKind.OtlpMetrics:
                MetricLabel[] resource = [.. batch.Resource.Select(label => new MetricLabel(label.Name, label.Value))];
                var metrics = new OtlpMetrics(batch.Payload.Memory, batch.IsJson, resource);
                return Describe(await otlp.WriteAsync(metrics, cancellation));
            default:
                return Refuse("This server does not know what kind of telemetry this is.");
        }
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

    private static void Count(TelemetryKind kind, string outcome) => Received.Add(
        1,
        new KeyValuePair<string, object?>("kind", kind switch
        {
            TelemetryKind.Samples => "samples",
            TelemetryKind.OtlpMetrics => "otlp_metrics",
            _ => "unknown",
        }),
        new KeyValuePair<string, object?>("outcome", outcome));

    private static string Name(TelemetryOutcome outcome) => outcome switch
    {
        TelemetryOutcome.Accepted => "accepted",
        TelemetryOutcome.Refused => "refused",
        _ => "unavailable",
    };

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
