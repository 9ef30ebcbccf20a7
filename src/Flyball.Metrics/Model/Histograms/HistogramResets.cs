namespace Flyball.Metrics.Model.Histograms;

/// <summary>Tells whether a counter was reset between two histograms of a series.</summary>
internal static class HistogramResets
{
    /// <summary>
    /// By the hint when it is explicit, else when any count fell or the layout changed in a way that only a restart
    /// explains.
    /// </summary>
    public static bool IsReset(NativeHistogram current, NativeHistogram previous)
    {
        if (current.ResetHint == CounterResetHint.Reset) return true;
        if (current.ResetHint == CounterResetHint.NotReset) return false;
        if (current.Count < previous.Count) return true;
        if (current.UsesCustomBuckets)
        {
            if (!previous.UsesCustomBuckets) return true;
            if (!BucketBounds.AreSame(current.CustomBounds, previous.CustomBounds))
                return IsResetOnCommonBounds(current, previous);
        }
        else if (previous.UsesCustomBuckets)
        {
            return true;
        }

        if (current.Schema > previous.Schema || current.ZeroThreshold < previous.ZeroThreshold) return true;
        double threshold = current.ZeroThreshold;
        double previousZero = ZeroBucket.CountAt(previous, null, null, 0, ref threshold).Sum;
        if (threshold != current.ZeroThreshold || current.ZeroCount < previousZero) return true;
        BucketSide positive = OutsideZero(BucketSide.Positive(previous), previous, threshold);
        BucketSide negative = OutsideZero(BucketSide.Negative(previous), previous, threshold);
        return AnyFell(BucketSide.Positive(current), positive, current, previous.Schema)
            || AnyFell(BucketSide.Negative(current), negative, current, previous.Schema);
    }

    /// <summary>Buckets that a wider zero bucket has taken in did not fall: they were compared with it.</summary>
    private static BucketSide OutsideZero(BucketSide side, NativeHistogram histogram, double threshold) =>
        histogram.ZeroThreshold < threshold ? ZeroBucket.RemoveWithin(side, histogram.Schema, threshold) : side;

    private static bool AnyFell(BucketSide current, BucketSide previous, NativeHistogram layout, int previousSchema)
    {
        if (!layout.UsesCustomBuckets) previous = previous.Reduce(previousSchema, layout.Schema);
        var now = new SpanCursor(current.Spans);
        var before = new SpanCursor(previous.Spans);
        bool hasNow = now.MoveNext();
        while (before.MoveNext())
        {
            if (IsInZeroBucket(before.Index, layout)) continue;
            while (hasNow && now.Index < before.Index) hasNow = now.MoveNext();
            double count = hasNow && now.Index == before.Index ? current.Counts[now.Position] : 0;
            if (count < previous.Counts[before.Position]) return true;
        }

        return false;
    }

    private static bool IsInZeroBucket(int index, NativeHistogram layout) =>
        !layout.UsesCustomBuckets && layout.ZeroThreshold > 0
        && BucketBounds.Exponential(index, layout.Schema) <= layout.ZeroThreshold;

    private static bool IsResetOnCommonBounds(NativeHistogram current, NativeHistogram previous)
    {
        double[] common = BucketBounds.Intersect(current.CustomBounds, previous.CustomBounds);
        double[] now = CountsOn(common, current);
        double[] before = CountsOn(common, previous);
        for (int i = 0; i < now.Length; i++)
        {
            if (now[i] < before[i]) return true;
        }

        return false;
    }

    private static double[] CountsOn(double[] common, NativeHistogram histogram)
    {
        BucketSide side = CustomBuckets.Add(
            BucketSide.Positive(histogram), histogram.CustomBounds, BucketSide.Empty, [], 1, common);
        var counts = new double[common.Length + 1];
        var cursor = new SpanCursor(side.Spans);
        while (cursor.MoveNext()) counts[cursor.Index] = side.Counts[cursor.Position];
        return counts;
    }
}
