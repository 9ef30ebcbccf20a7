namespace Flyball.Metrics.Model.Histograms;

/// <summary>Widens zero buckets, so that two histograms with different ones can be added or compared.</summary>
internal static class ZeroBucket
{
    /// <summary>
    /// The zero bucket's count at a larger threshold. When a populated bucket reaches over the threshold, the threshold
    /// grows to that bucket's bound.
    /// </summary>
    public static CompensatedSum CountAt(
        NativeHistogram histogram,
        double[]? lostPositive,
        double[]? lostNegative,
        double lostZero,
        ref double threshold)
    {
        if (threshold == histogram.ZeroThreshold) return new CompensatedSum(histogram.ZeroCount, lostZero);
        while (true)
        {
            var count = new CompensatedSum(histogram.ZeroCount, lostZero);
            AddWithin(BucketSide.Positive(histogram), lostPositive, histogram.Schema, ref threshold, ref count);
            double before = threshold;
            AddWithin(BucketSide.Negative(histogram), lostNegative, histogram.Schema, ref threshold, ref count);
            if (threshold == before) return count;
        }
    }

    /// <summary>Takes the buckets within a threshold away: they are in the zero bucket now.</summary>
    public static BucketSide RemoveWithin(BucketSide side, int schema, double threshold)
    {
        var result = new BucketSideBuilder(side.Counts.Length, side.Lost is not null);
        var cursor = new SpanCursor(side.Spans);
        while (cursor.MoveNext())
        {
            if (BucketBounds.Exponential(cursor.Index - 1, schema) < threshold) continue;
            result.Append(cursor.Index, side.Counts[cursor.Position], side.Lost?[cursor.Position] ?? 0);
        }

        return result.ToSide().Compact();
    }

    private static void AddWithin(
        BucketSide side, double[]? lost, int schema, ref double threshold, ref CompensatedSum count)
    {
        var cursor = new SpanCursor(side.Spans);
        while (cursor.MoveNext())
        {
            if (BucketBounds.Exponential(cursor.Index - 1, schema) >= threshold) return;
            count.Add(side.Counts[cursor.Position]);
            if (lost is not null) count.Add(lost[cursor.Position]);
            double upper = BucketBounds.Exponential(cursor.Index, schema);
            if (upper <= threshold) continue;
            if (side.Counts[cursor.Position] != 0) threshold = upper;
            return;
        }
    }
}
