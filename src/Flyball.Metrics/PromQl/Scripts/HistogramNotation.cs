using System.Globalization;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>Reads <c>{{schema:1 count:5 sum:3 buckets:[2 3]}}</c>.</summary>
internal static class HistogramNotation
{
    public static (NativeHistogram Histogram, bool HasHint) Read(string text, ref int at, int line)
    {
        int end = text.IndexOf("}}", at, StringComparison.Ordinal);
        if (end < 0) throw new ScriptException(line, "histogram description incomplete");
        string inner = text[(at + 2)..end];
        at = end + 2;
        Dictionary<string, string> parts = Split(inner, line);
        var histogram = new NativeHistogram
        {
            Schema = Whole(parts, "schema", line),
            Sum = Number(parts, "sum", line),
            Count = Number(parts, "count", line),
            ZeroCount = Number(parts, "z_bucket", line),
            ZeroThreshold = Number(parts, "z_bucket_w", line),
            CustomBounds = Numbers(parts, "custom_values", line),
            PositiveBuckets = Numbers(parts, "buckets", line),
            NegativeBuckets = Numbers(parts, "n_buckets", line),
            ResetHint = Hint(parts, line),
        };
        histogram.PositiveSpans = Spans(histogram.PositiveBuckets, Whole(parts, "offset", line));
        histogram.NegativeSpans = Spans(histogram.NegativeBuckets, Whole(parts, "n_offset", line));
        return (histogram, parts.ContainsKey("counter_reset_hint"));
    }

    /// <summary>The next histogram of a series that grows or shrinks by a step.</summary>
    public static NativeHistogram Next(NativeHistogram current, NativeHistogram step, bool isDecrease, int line)
    {
        if (current.Schema > step.Schema)
        {
            throw new ScriptException(
                line, $"error combining histograms: cannot merge from schema {step.Schema} to {current.Schema}");
        }

        NativeHistogram? next = isDecrease
            ? HistogramArithmetic.TrySubtract(current, step, out _)
            : HistogramArithmetic.TryAdd(current, step, out _);
        return next ?? throw new ScriptException(line, "error combining histograms: incompatible bucket layouts");
    }

    private static Dictionary<string, string> Split(string inner, int line)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        int at = 0;
        while (true)
        {
            while (at < inner.Length && char.IsWhiteSpace(inner[at])) at++;
            if (at >= inner.Length) return parts;
            int colon = inner.IndexOf(':', at);
            if (colon < 0) throw new ScriptException(line, $"bad histogram descriptor found: {inner[at..]}");
            string name = inner[at..colon].ToLowerInvariant();
            int end = colon + 1;
            bool isList = end < inner.Length && inner[end] == '[';
            while (end < inner.Length && (isList ? inner[end] != ']' : !char.IsWhiteSpace(inner[end]))) end++;
            if (isList) end = Math.Min(end + 1, inner.Length);
            if (!parts.TryAdd(name, inner[(colon + 1)..end]))
                throw new ScriptException(line, $"duplicate key \"{name}\" in histogram");
            at = end;
        }
    }

    private static int Whole(Dictionary<string, string> parts, string name, int line)
    {
        if (!parts.TryGetValue(name, out string? text)) return 0;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new ScriptException(line, $"error parsing {name} number: {text}");
    }

    private static double Number(Dictionary<string, string> parts, string name, int line) =>
        parts.TryGetValue(name, out string? text) ? Number(text, name, line) : 0;

    private static double Number(string text, string name, int line)
    {
        bool isNegative = text.StartsWith('-');
        double value = Parsing.Numbers.TryParse(text.TrimStart('+', '-'))
            ?? throw new ScriptException(line, $"error parsing {name} number: {text}");
        return isNegative ? -value : value;
    }

    private static double[] Numbers(Dictionary<string, string> parts, string name, int line)
    {
        if (!parts.TryGetValue(name, out string? text)) return [];
        if (!text.StartsWith('[') || !text.EndsWith(']'))
            throw new ScriptException(line, $"error parsing {name} float array: {text}");
        string[] items = text[1..^1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return [.. items.Select(item => Number(item, name, line))];
    }

    private static BucketSpan[] Spans(double[] buckets, int offset) =>
        buckets.Length == 0 ? [] : [new BucketSpan(offset, buckets.Length)];

    private static CounterResetHint Hint(Dictionary<string, string> parts, int line) =>
        parts.GetValueOrDefault("counter_reset_hint") switch
        {
            null or "unknown" => CounterResetHint.Unknown,
            "reset" => CounterResetHint.Reset,
            "not_reset" => CounterResetHint.NotReset,
            "gauge" => CounterResetHint.Gauge,
            string other => throw new ScriptException(line, $"bad histogram descriptor found: {other}"),
        };
}
