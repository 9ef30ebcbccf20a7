using System.Globalization;
using System.Text;

namespace Flyball.Metrics.Model.Histograms;

/// <summary>Histograms as text: for label values and people, and in the notation of test scripts.</summary>
internal static class HistogramText
{
    /// <summary><c>{count:3, sum:4.5, (1,2]:3}</c>, empty buckets left out.</summary>
    public static string Describe(NativeHistogram histogram)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{{count:{GoNumber.Short(histogram.Count)}");
        text.Append(CultureInfo.InvariantCulture, $", sum:{GoNumber.Short(histogram.Sum)}");
        foreach (Bucket bucket in HistogramBuckets.Negative(histogram).Reverse()) Append(text, bucket);
        if (!histogram.UsesCustomBuckets) Append(text, HistogramBuckets.Zero(histogram));
        foreach (Bucket bucket in HistogramBuckets.Positive(histogram)) Append(text, bucket);
        return text.Append('}').ToString();
    }

    /// <summary><c>{{schema:1 count:3 sum:4.5 buckets:[1 2]}}</c></summary>
    public static string ToScript(NativeHistogram histogram)
    {
        var parts = new List<string>();
        if (histogram.Schema != 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"schema:{histogram.Schema}"));
        AddNumber(parts, "count", histogram.Count);
        AddNumber(parts, "sum", histogram.Sum);
        AddNumber(parts, "z_bucket", histogram.ZeroCount);
        AddNumber(parts, "z_bucket_w", histogram.ZeroThreshold);
        if (histogram.UsesCustomBuckets) parts.Add($"custom_values:{List(histogram.CustomBounds)}");
        string hint = histogram.ResetHint switch
        {
            CounterResetHint.Reset => "counter_reset_hint:reset",
            CounterResetHint.NotReset => "counter_reset_hint:not_reset",
            CounterResetHint.Gauge => "counter_reset_hint:gauge",
            _ => "",
        };
        if (hint.Length > 0) parts.Add(hint);
        AddBuckets(parts, "", BucketSide.Positive(histogram));
        AddBuckets(parts, "n_", BucketSide.Negative(histogram));
        return $"{{{{{string.Join(' ', parts)}}}}}";
    }

    private static void Append(StringBuilder text, Bucket bucket)
    {
        if (bucket.Count == 0) return;
        text.Append(", ").Append(bucket.LowerIsIn ? '[' : '(');
        text.Append(GoNumber.Short(bucket.Lower)).Append(',').Append(GoNumber.Short(bucket.Upper));
        text.Append(bucket.UpperIsIn ? ']' : ')').Append(':').Append(GoNumber.Short(bucket.Count));
    }

    private static void AddNumber(List<string> parts, string name, double value)
    {
        if (value != 0) parts.Add($"{name}:{GoNumber.Short(value)}");
    }

    private static void AddBuckets(List<string> parts, string prefix, BucketSide side)
    {
        side = side.Compact();
        if (side.Counts.Length == 0) return;
        int first = side.Spans[0].Offset;
        var dense = new List<double>();
        var cursor = new SpanCursor(side.Spans);
        while (cursor.MoveNext())
        {
            while (dense.Count < cursor.Index - first) dense.Add(0);
            dense.Add(side.Counts[cursor.Position]);
        }

        if (first != 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{prefix}offset:{first}"));
        parts.Add($"{prefix}buckets:{List(dense)}");
    }

    private static string List(IEnumerable<double> numbers) => $"[{string.Join(' ', numbers.Select(GoNumber.Short))}]";
}
