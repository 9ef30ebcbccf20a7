namespace Flyball.Metrics.Model.Histograms;

/// <summary>Lists the buckets of a histogram.</summary>
internal static class HistogramBuckets
{
    /// <summary>
    /// All buckets from the lowest to the highest, the zero bucket among them when it has observations; buckets that
    /// overlap the zero bucket are cut at its bounds.
    /// </summary>
    public static List<Bucket> All(NativeHistogram histogram)
    {
        var all = new List<Bucket>(histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length + 1);
        double zero = histogram.ZeroThreshold;
        foreach (Bucket bucket in Negative(histogram))
            all.Add(bucket.Upper < 0 && bucket.Upper > -zero ? bucket with { Upper = -zero } : bucket);
        all.Reverse();
        if (histogram.ZeroCount > 0) all.Add(Zero(histogram));
        foreach (Bucket bucket in Positive(histogram))
            all.Add(bucket.Lower > 0 && bucket.Lower < zero ? bucket with { Lower = zero } : bucket);
        return all;
    }

    public static Bucket Zero(NativeHistogram histogram) =>
        new(-histogram.ZeroThreshold, histogram.ZeroThreshold, histogram.ZeroCount, true, true);

    /// <summary>Away from zero.</summary>
    public static IEnumerable<Bucket> Positive(NativeHistogram histogram)
    {
        var cursor = new SpanCursor(histogram.PositiveSpans);
        while (cursor.MoveNext())
        {
            double upper = BucketBounds.Upper(cursor.Index, histogram.Schema, histogram.CustomBounds);
            double lower = BucketBounds.Upper(cursor.Index - 1, histogram.Schema, histogram.CustomBounds);
            bool lowerIsIn = histogram.UsesCustomBuckets ? cursor.Index == 0 : lower < 0;
            yield return new Bucket(lower, upper, histogram.PositiveBuckets[cursor.Position], lowerIsIn, true);
        }
    }

    /// <summary>Away from zero.</summary>
    public static IEnumerable<Bucket> Negative(NativeHistogram histogram)
    {
        var cursor = new SpanCursor(histogram.NegativeSpans);
        while (cursor.MoveNext())
        {
            double lower = -BucketBounds.Exponential(cursor.Index, histogram.Schema);
            double upper = -BucketBounds.Exponential(cursor.Index - 1, histogram.Schema);
            yield return new Bucket(lower, upper, histogram.NegativeBuckets[cursor.Position], true, false);
        }
    }
}
