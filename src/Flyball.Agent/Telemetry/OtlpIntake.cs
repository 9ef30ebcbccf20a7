using System.Diagnostics.Metrics;
using Flyball.Base.Spooling;
using Flyball.Contracts.Telemetry;
using Flyball.Contracts.Telemetry.Wire;
using Google.Protobuf;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// Takes OTLP requests whatever door they came in by: checks that they are OTLP at all, stamps them, and keeps them
/// durably until the server has them.
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
    public async ValueTask<OtlpVerdict> TakeAsync(OtlpSignal signal, byte[]? body, bool isJson, string? allocation)
    {
        OtlpVerdict verdict = body is null ? OtlpVerdict.TooLarge
            : (isJson ? OtlpCount.Json(signal, body) : OtlpCount.Protobuf(signal, body)) is not { } items
                ? OtlpVerdict.Malformed
                : await KeepAsync(signal, body, isJson, allocation, items);
        if (verdict != OtlpVerdict.Taken)
            Refused.Add(1, new KeyValuePair<string, object?>("reason", Reason(verdict)));
        return verdict;
    }

    private async ValueTask<OtlpVerdict> KeepAsync(
        OtlpSignal signal, byte[] body, bool isJson, string? allocation, long items)
    {
        if (items > 0)
        {
            var batch = new TelemetryBatch
            {
                Kind = signal switch
                {
                    OtlpSignal.Metrics => TelemetryKind.OtlpMetrics,
                    OtlpSignal.Logs => TelemetryKind.OtlpLogs,
                    _ => TelemetryKind.OtlpSpans,
                },
                Payload = UnsafeByteOperations.UnsafeWrap(body),
                IsJson = isJson,
            };
            stamps.Stamp(batch, allocation);
            switch (await forwarder.ForwardAsync(batch, durable: true))
            {
                case SpoolOutcome.Busy: return OtlpVerdict.Busy;
                case SpoolOutcome.DiskRefused: return OtlpVerdict.Unavailable;
                case SpoolOutcome.TooLarge: return OtlpVerdict.TooLarge;
            }
        }

        Received.Add(items, new KeyValuePair<string, object?>("signal", signal switch
        {
            OtlpSignal.Metrics => "metrics",
            OtlpSignal.Logs => "logs",
            _ => "spans",
        }));
        return OtlpVerdict.Taken;
    }

    private static string Reason(OtlpVerdict verdict) => verdict switch
    {
        OtlpVerdict.TooLarge => "too_large",
        OtlpVerdict.Malformed => "malformed",
        OtlpVerdict.Busy => "busy",
        _ => "unavailable",
    };
}
