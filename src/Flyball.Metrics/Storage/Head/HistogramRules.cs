using System.Globalization;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// Which histograms are taken, as Prometheus 3.5 decides it: spans, buckets and bounds agree, nothing is counted below
/// zero, and the count of a histogram of integers is that of its buckets. Observations of NaN are in no bucket, so a
/// sum of NaN allows a larger count. Counts of float histograms are not compared: they are results of arithmetic.
/// </summary>
internal static class HistogramRules
{
    /// <summary>Up to here doubles count exactly; beyond, this share of the count may be lost to rounding.</summary>
    private const double ExactMax = 1L << 53;
    private const double RoundingShare = 1.0 / (1L << 40);

    /// <summary>Null, or what contradicts what. Staleness markers are not asked about.</summary>
    public static string? Problem(NativeHistogram histogram)
    {
        double found = histogram.ZeroCount;
        string? problem = Layout(histogram)
            ?? Buckets("negative", histogram.NegativeBuckets, ref found)
            ?? Buckets("positive", histogram.PositiveBuckets, ref found);
        if (problem is not null) return problem;
        if (histogram.ZeroCount < 0) return Text($"zero bucket has observation count of {histogram.ZeroCount}");
        if (histogram.Count < 0) return Text($"observation count is {histogram.Count}");
        return histogram.IsInteger && !Agree(found, histogram)
            ? Text($"{found} observations found in buckets, but the Count field is {histogram.Count}")
            : null;
    }

    private static bool Agree(double found, NativeHistogram histogram)
    {
        double count = histogram.Count;
        double tolerance = found < ExactMax && count < ExactMax ? 0 : found * RoundingShare;
        return double.IsNaN(histogram.Sum) ? count >= found - tolerance : Math.Abs(count - found) <= tolerance;
    }

    private static string? Buckets(string side, double[] buckets, ref double found)
    {
        for (int at = 0; at < buckets.Length; at++)
        {
            if (buckets[at] < 0)
                return Text($"{side} side: bucket number {at + 1} has observation count of {buckets[at]}");
            found += buckets[at];
        }

        return null;
    }

    private static string? Layout(NativeHistogram histogram)
    {
        if (HistogramCodec.IsWellFormed(histogram)) return null;
        if (!histogram.UsesCustomBuckets
            && histogram.Schema is < NativeHistogram.MinSchema or > NativeHistogram.MaxSchema)
            return Text($"schema {histogram.Schema} is none from -4 to 8 and not -53");
        return Spans("negative", histogram.NegativeSpans, histogram.NegativeBuckets.Length)
            ?? Spans("positive", histogram.PositiveSpans, histogram.PositiveBuckets.Length)
            ?? (histogram.UsesCustomBuckets ? Bounds(histogram.CustomBounds) : null)
            ?? "spans, buckets and bounds contradict each other";
    }

    private static string? Spans(string side, BucketSpan[] spans, int buckets)
    {
        long needed = 0;
        for (int at = 0; at < spans.Length; at++)
        {
            if (at > 0 && spans[at].Offset < 0)
                return Text($"{side} side: span number {at + 1} has offset {spans[at].Offset}");
            needed += spans[at].Length;
        }

        return needed == buckets ? null : Text($"{side} side: spans need {needed} buckets, have {buckets} buckets");
    }

    private static string? Bounds(double[] bounds)
    {
        for (int at = 0; at < bounds.Length; at++)
        {
            if (!double.IsFinite(bounds[at])) return Text($"custom bound number {at + 1} is {bounds[at]}");
            if (at > 0 && bounds[at] <= bounds[at - 1])
                return Text($"custom buckets: previous bound is {bounds[at - 1]} and current is {bounds[at]}");
        }

        return null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
