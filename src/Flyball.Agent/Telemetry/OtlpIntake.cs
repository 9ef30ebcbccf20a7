using System.Diagnostics.Metrics;
using Flyball.Base.Spooling;
using Flyball.Contracts.Telemetry;
using Flyball.Contracts.Telemetry.Wire;
using Google.Protobuf;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// Takes OTLP requests whatever door they came in by. Metrics are stamped and kept durably until the server has them;
/// nobody stores logs and spans yet, so those are counted and dropped, and clients are answered as by a collector that
/// took everything.
/// </summary>
internal sealed class OtlpIntake(TelemetryForwarder forwarder, TelemetryStamps stamps)
{
    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> Received = Meter.CreateCounter<long>(
        "flyball.agent.telemetry.received", description: "Data points, log records and spans that arrived, by signal.");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "flyball.agent.telemetry.refused",
        description: "Requests refused, by reason: too_large, malformed, busy, unavailable.");

    /// <param name="body">The unpacked request; null when it was too large to be read.</param>
    /// <param name="allocation">Who sends, as the sender says it; null when it does not.</param>
    public async ValueTask<OtlpVerdict> TakeAsync(OtlpSignal signal, byte[]? body, bool isJson, string? allocation)
    {
        long items = 0;
        OtlpVerdict verdict = OtlpVerdict.TooLarge;
        if (body is not null)
        {
            long? counted = isJson ? OtlpCount.Json(signal, body) : OtlpCount.Protobuf(signal, body);
            items = counted ?? 0;
            verdict = counted is null ? OtlpVerdict.Malformed
                : signal == OtlpSignal.Metrics && items > 0 ? await KeepAsync(body, isJson, allocation)
                : OtlpVerdict.Taken;
        }

        if (verdict == OtlpVerdict.Taken)
            Received.Add(items, new KeyValuePair<string, object?>("signal", Name(signal)));
        else
            Refused.Add(1, new KeyValuePair<string, object?>("reason", Name(verdict)));
        return verdict;
    }

    private async ValueTask<OtlpVerdict> KeepAsync(byte[] body, bool isJson, string? allocation)
    {
        var batch = new TelemetryBatch
        {
            Kind = TelemetryKind.OtlpMetrics,
            Payload = UnsafeByteOperations.UnsafeWrap(body),
            IsJson = isJson,
        };
        stamps.Stamp(batch, allocation);
        return await forwarder.ForwardAsync(batch, durable: true) switch
        {
            SpoolOutcome.Kept => OtlpVerdict.Taken,
            SpoolOutcome.Busy => OtlpVerdict.Busy,
            SpoolOutcome.TooLarge => OtlpVerdict.TooLarge,
            _ => OtlpVerdict.Unavailable,
        };
    }

    private static string Name(OtlpSignal signal) => signal switch
    {
        OtlpSignal.Metrics => "metrics",
        OtlpSignal.Logs => "logs",
        _ => "spans",
    };

    private static string Name(OtlpVerdict verdict) => verdict switch
    {
        OtlpVerdict.TooLarge => "too_large",
        OtlpVerdict.Malformed => "malformed",
        OtlpVerdict.Busy => "busy",
        _ => "unavailable",
    };
}
