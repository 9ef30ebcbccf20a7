using System.Text.Json;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// How many data points, log records or spans a request carries, from its bytes: resource → scope → items, and for
/// metrics each metric's points (opentelemetry-proto 1.x).
/// </summary>
internal static class OtlpCount
{
    /// <summary>
    /// The field of the items within a scope, the same number for all three signals; of the scopes and resources too.
    /// </summary>
    private const int ResourceField = 1;
    private const int ScopeField = 2;
    private const int ItemField = 2;

    /// <summary>
    /// Of a metric's kinds (gauge, sum, histogram, exponential histogram, summary) all keep their points in field 1.
    /// </summary>
    private static readonly int[] MetricKinds = [5, 7, 9, 10, 11];

    /// <summary>The number, or null when the bytes are not protobuf.</summary>
    public static long? Protobuf(OtlpSignal signal, ReadOnlySpan<byte> message)
    {
        long count = 0;
        var resources = new ProtoWalk(message);
        while (resources.Next())
        {
            if (resources.Field != ResourceField || !resources.IsMessage) continue;
            var scopes = new ProtoWalk(resources.Bytes);
            while (scopes.Next())
            {
                if (scopes.Field != ScopeField || !scopes.IsMessage) continue;
                if (Items(signal, scopes.Bytes) is not { } items) return null;
                count += items;
            }

            if (scopes.IsMalformed) return null;
        }

        return resources.IsMalformed ? null : count;
    }

    /// <summary>The number in the JSON form, or null when it is no JSON object.</summary>
    public static long? Json(OtlpSignal signal, ReadOnlyMemory<byte> text)
    {
        (string resources, string scopes, string items) = signal switch
        {
            OtlpSignal.Metrics => ("resourceMetrics", "scopeMetrics", "metrics"),
            OtlpSignal.Logs => ("resourceLogs", "scopeLogs", "logRecords"),
            _ => ("resourceSpans", "scopeSpans", "spans"),
        };
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            return Elements(document.RootElement, resources).SelectMany(r => Elements(r, scopes))
                .SelectMany(s => Elements(s, items))
                .Sum(item => signal == OtlpSignal.Metrics ? JsonPoints(item) : 1L);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? Items(OtlpSignal signal, ReadOnlySpan<byte> scope)
    {
        long count = 0;
        var items = new ProtoWalk(scope);
        while (items.Next())
        {
            if (items.Field != ItemField || !items.IsMessage) continue;
            if (signal != OtlpSignal.Metrics) count++;
            else if (Points(items.Bytes) is { } points) count += points;
            else return null;
        }

        return items.IsMalformed ? null : count;
    }

    private static long? Points(ReadOnlySpan<byte> metric)
    {
        long count = 0;
        var kinds = new ProtoWalk(metric);
        while (kinds.Next())
        {
            if (Array.IndexOf(MetricKinds, kinds.Field) < 0 || !kinds.IsMessage) continue;
            var points = new ProtoWalk(kinds.Bytes);
            while (points.Next())
            {
                if (points.Field == 1 && points.IsMessage) count++;
            }

            if (points.IsMalformed) return null;
        }

        return kinds.IsMalformed ? null : count;
    }

    private static long JsonPoints(JsonElement metric) =>
        metric.ValueKind != JsonValueKind.Object ? 0
            : metric.EnumerateObject().Sum(kind => (long)Elements(kind.Value, "dataPoints").Length);

    private static JsonElement[] Elements(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement array)
            && array.ValueKind == JsonValueKind.Array
            ? [.. array.EnumerateArray()]
            : [];
}
