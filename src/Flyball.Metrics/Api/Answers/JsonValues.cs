using System.Text.Json;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.Api.Answers;

/// <summary>Labels, points and histograms as Prometheus' JSON has them.</summary>
internal static class JsonValues
{
    public static void WriteLabels(this Utf8JsonWriter json, Labels labels)
    {
        json.WriteStartObject();
        foreach (ref readonly Label label in labels.Items) json.WriteString(label.Name, label.Value);
        json.WriteEndObject();
    }

    /// <summary><c>[1435781451.781,"1.5"]</c></summary>
    public static void WritePoint(this Utf8JsonWriter json, long unixMs, double value)
    {
        Span<byte> text = stackalloc byte[JsonNumbers.BytesMax];
        text[0] = (byte)'[';
        int at = 1 + JsonNumbers.WriteTime(text[1..], unixMs);
        text[at++] = (byte)',';
        text[at++] = (byte)'"';
        at += JsonNumbers.WriteValue(text[at..], value);
        text[at++] = (byte)'"';
        text[at++] = (byte)']';
        json.WriteRawValue(text[..at], skipInputValidation: true);
    }

    public static void WriteText(this Utf8JsonWriter json, long unixMs, string value)
    {
        json.WriteStartArray();
        json.WriteTime(unixMs);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary><c>[1435781451.781,{"count":"3","sum":"1.5","buckets":[[0,"1","2","3"]]}]</c></summary>
    public static void WritePoint(this Utf8JsonWriter json, long unixMs, NativeHistogram histogram)
    {
        json.WriteStartArray();
        json.WriteTime(unixMs);
        json.WriteStartObject();
        json.WritePropertyName("count"u8);
        json.WriteQuoted(histogram.Count);
        json.WritePropertyName("sum"u8);
        json.WriteQuoted(histogram.Sum);
        WriteBuckets(json, histogram);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static void WriteSample(this Utf8JsonWriter json, long unixMs, Sample sample)
    {
        if (sample.Histogram is { } histogram) json.WritePoint(unixMs, histogram);
        else json.WritePoint(unixMs, sample.Value);
    }

    public static void WriteTime(this Utf8JsonWriter json, long unixMs)
    {
        Span<byte> text = stackalloc byte[32];
        json.WriteRawValue(text[..JsonNumbers.WriteTime(text, unixMs)], skipInputValidation: true);
    }

    /// <summary>A number in quotes, so that infinities and NaN have a place.</summary>
    public static void WriteQuoted(this Utf8JsonWriter json, double value)
    {
        Span<byte> text = stackalloc byte[JsonNumbers.BytesMax];
        json.WriteStringValue(text[..JsonNumbers.WriteValue(text, value)]);
    }

    private static void WriteBuckets(Utf8JsonWriter json, NativeHistogram histogram)
    {
        bool isOpen = false;
        foreach (Bucket bucket in HistogramBuckets.All(histogram))
        {
            if (bucket.Count == 0) continue;
            if (!isOpen) json.WriteStartArray("buckets"u8);
            isOpen = true;
            json.WriteStartArray();
            json.WriteNumberValue(Boundaries(bucket));
            json.WriteQuoted(bucket.Lower);
            json.WriteQuoted(bucket.Upper);
            json.WriteQuoted(bucket.Count);
            json.WriteEndArray();
        }

        if (isOpen) json.WriteEndArray();
    }

    /// <summary>Which bounds belong to the bucket: 0 the upper, 1 the lower, 2 none, 3 both.</summary>
    private static int Boundaries(Bucket bucket) => (bucket.LowerIsIn, bucket.UpperIsIn) switch
    {
        (false, true) => 0,
        (true, false) => 1,
        (false, false) => 2,
        _ => 3,
    };
}
