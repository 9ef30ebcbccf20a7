using Map = System.Collections.Generic.Dictionary<string, Flyball.Metrics.Otlp.OtlpField>;

namespace Flyball.Metrics.Otlp;

/// <summary>
/// The messages of OTLP metrics by their JSON names, as far as they are read. See
/// https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto.
/// </summary>
internal static class OtlpSchema
{
    private static readonly Map AnyValue = Of(
        ("stringValue", new(1, OtlpFieldKind.Text)), ("boolValue", new(2, OtlpFieldKind.Flag)),
        ("intValue", new(3, OtlpFieldKind.Integer)), ("doubleValue", new(4, OtlpFieldKind.Double)),
        ("arrayValue", In(5, () => ArrayValue!)), ("kvlistValue", In(6, () => ListValue!)),
        ("bytesValue", new(7, OtlpFieldKind.Bytes)));

    private static readonly Map KeyValue = Of(
        ("key", new(1, OtlpFieldKind.Text)), ("value", In(2, () => AnyValue)));

    private static readonly Map ArrayValue = Of(("values", In(1, () => AnyValue)));

    private static readonly Map ListValue = Of(("values", In(1, () => KeyValue)));

    private static readonly Map Exemplar = Of(
        ("filteredAttributes", In(7, () => KeyValue)), ("timeUnixNano", new(2, OtlpFieldKind.Fixed64)),
        ("asDouble", new(3, OtlpFieldKind.Double)), ("asInt", new(6, OtlpFieldKind.Fixed64)),
        ("spanId", new(4, OtlpFieldKind.Id)), ("traceId", new(5, OtlpFieldKind.Id)));

    private static readonly Map Number = Of(
        ("attributes", In(7, () => KeyValue)), ("startTimeUnixNano", new(2, OtlpFieldKind.Fixed64)),
        ("timeUnixNano", new(3, OtlpFieldKind.Fixed64)), ("asDouble", new(4, OtlpFieldKind.Double)),
        ("asInt", new(6, OtlpFieldKind.Fixed64)), ("exemplars", In(5, () => Exemplar)),
        ("flags", new(8, OtlpFieldKind.Integer)));

    private static readonly Map Histogram = Of(
        ("attributes", In(9, () => KeyValue)), ("startTimeUnixNano", new(2, OtlpFieldKind.Fixed64)),
        ("timeUnixNano", new(3, OtlpFieldKind.Fixed64)), ("count", new(4, OtlpFieldKind.Fixed64)),
        ("sum", new(5, OtlpFieldKind.Double)), ("bucketCounts", new(6, OtlpFieldKind.Fixed64)),
        ("explicitBounds", new(7, OtlpFieldKind.Double)), ("exemplars", In(8, () => Exemplar)),
        ("flags", new(10, OtlpFieldKind.Integer)));

    private static readonly Map Buckets = Of(
        ("offset", new(1, OtlpFieldKind.ZigZag)), ("bucketCounts", new(2, OtlpFieldKind.Integer)));

    private static readonly Map Exponential = Of(
        ("attributes", In(1, () => KeyValue)), ("startTimeUnixNano", new(2, OtlpFieldKind.Fixed64)),
        ("timeUnixNano", new(3, OtlpFieldKind.Fixed64)), ("count", new(4, OtlpFieldKind.Fixed64)),
        ("sum", new(5, OtlpFieldKind.Double)), ("scale", new(6, OtlpFieldKind.ZigZag)),
        ("zeroCount", new(7, OtlpFieldKind.Fixed64)), ("positive", In(8, () => Buckets)),
        ("negative", In(9, () => Buckets)), ("flags", new(10, OtlpFieldKind.Integer)),
        ("exemplars", In(11, () => Exemplar)), ("zeroThreshold", new(14, OtlpFieldKind.Double)));

    private static readonly Map Quantile = Of(
        ("quantile", new(1, OtlpFieldKind.Double)), ("value", new(2, OtlpFieldKind.Double)));

    private static readonly Map Summary = Of(
        ("attributes", In(7, () => KeyValue)), ("startTimeUnixNano", new(2, OtlpFieldKind.Fixed64)),
        ("timeUnixNano", new(3, OtlpFieldKind.Fixed64)), ("count", new(4, OtlpFieldKind.Fixed64)),
        ("sum", new(5, OtlpFieldKind.Double)), ("quantileValues", In(6, () => Quantile)),
        ("flags", new(8, OtlpFieldKind.Integer)));

    private static readonly Map Numbers = Points(Number);
    private static readonly Map Histograms = Points(Histogram);
    private static readonly Map Exponentials = Points(Exponential);
    private static readonly Map Summaries = Points(Summary);

    private static readonly Map Metric = Of(
        ("name", new(1, OtlpFieldKind.Text)), ("description", new(2, OtlpFieldKind.Text)),
        ("unit", new(3, OtlpFieldKind.Text)), ("gauge", In(5, () => Numbers)),
        ("sum", In(7, () => Numbers)), ("histogram", In(9, () => Histograms)),
        ("exponentialHistogram", In(10, () => Exponentials)), ("summary", In(11, () => Summaries)));

    private static readonly Map Scope = Of(("metrics", In(2, () => Metric)));

    private static readonly Map Resource = Of(("attributes", In(1, () => KeyValue)));

    private static readonly Map ResourceMetrics = Of(
        ("resource", In(1, () => Resource)), ("scopeMetrics", In(2, () => Scope)));

    /// <summary>The whole request.</summary>
    public static readonly Map Request = Of(("resourceMetrics", In(1, () => ResourceMetrics)));

    private static Map Points(Map point) => Of(
        ("dataPoints", In(1, () => point)), ("aggregationTemporality", new(2, OtlpFieldKind.Integer)),
        ("isMonotonic", new(3, OtlpFieldKind.Flag)));

    private static OtlpField In(int number, Func<Map> message) => new(number, OtlpFieldKind.Message, message);

    private static Map Of(params ReadOnlySpan<(string Name, OtlpField Field)> fields)
    {
        var map = new Dictionary<string, OtlpField>(StringComparer.Ordinal);
        foreach ((string name, OtlpField field) in fields) map.Add(name, field);
        return map;
    }
}
