namespace Flyball.Metrics.Model.Histograms;

/// <summary>Arithmetic on native histograms; operands are never changed.</summary>
internal static class HistogramArithmetic
{
    /// <summary>The sum, or null when one has exponential and the other custom buckets.</summary>
    public static NativeHistogram? TryAdd(NativeHistogram left, NativeHistogram right, out HistogramNotes notes) =>
        TryCombine(left, right, 1, out notes);

    /// <summary>The difference, or null when one has exponential and the other custom buckets.</summary>
    public static NativeHistogram? TrySubtract(NativeHistogram left, NativeHistogram right, out HistogramNotes notes) =>
        TryCombine(left, right, -1, out notes);

    /// <summary>All counts and the sum times a factor; a negative factor makes a gauge.</summary>
    public static NativeHistogram Multiply(NativeHistogram histogram, double factor)
    {
        NativeHistogram result = histogram.Clone();
        result.ZeroCount *= factor;
        result.Count *= factor;
        result.Sum *= factor;
        foreach (ref double count in result.PositiveBuckets.AsSpan()) count *= factor;
        foreach (ref double count in result.NegativeBuckets.AsSpan()) count *= factor;
        if (factor < 0) result.ResetHint = CounterResetHint.Gauge;
        return result;
    }

    /// <summary>
    /// All counts and the sum through a divisor; zero leaves no buckets, a negative one makes a gauge.
    /// </summary>
    public static NativeHistogram Divide(NativeHistogram histogram, double divisor)
    {
        NativeHistogram result = histogram.Clone();
        result.ZeroCount /= divisor;
        result.Count /= divisor;
        result.Sum /= divisor;
        if (divisor == 0)
        {
            (result.PositiveSpans, result.PositiveBuckets) = ([], []);
            (result.NegativeSpans, result.NegativeBuckets) = ([], []);
            return result;
        }

        foreach (ref double count in result.PositiveBuckets.AsSpan()) count /= divisor;
        foreach (ref double count in result.NegativeBuckets.AsSpan()) count /= divisor;
        if (divisor < 0) result.ResetHint = CounterResetHint.Gauge;
        return result;
    }

    /// <summary>Without empty buckets.</summary>
    public static NativeHistogram Compact(NativeHistogram histogram)
    {
        BucketSide positive = BucketSide.Positive(histogram), negative = BucketSide.Negative(histogram);
        BucketSide compactPositive = positive.Compact(), compactNegative = negative.Compact();
        if (ReferenceEquals(positive.Counts, compactPositive.Counts)
            && ReferenceEquals(negative.Counts, compactNegative.Counts))
            return histogram;
        NativeHistogram result = histogram.Clone();
        (result.PositiveSpans, result.PositiveBuckets) = (compactPositive.Spans, compactPositive.Counts);
        (result.NegativeSpans, result.NegativeBuckets) = (compactNegative.Spans, compactNegative.Counts);
        return result;
    }

    /// <summary>In the wider buckets of a coarser exponential schema.</summary>
    public static NativeHistogram ReduceTo(NativeHistogram histogram, int schema)
    {
        if (histogram.Schema == schema || histogram.UsesCustomBuckets) return histogram;
        BucketSide positive = BucketSide.Positive(histogram).Reduce(histogram.Schema, schema);
        BucketSide negative = BucketSide.Negative(histogram).Reduce(histogram.Schema, schema);
        NativeHistogram result = histogram.Clone();
        result.Schema = schema;
        (result.PositiveSpans, result.PositiveBuckets) = (positive.Spans, positive.Counts);
        (result.NegativeSpans, result.NegativeBuckets) = (negative.Spans, negative.Counts);
        return result;
    }

    public static NativeHistogram WithHint(NativeHistogram histogram, CounterResetHint hint)
    {
        if (histogram.ResetHint == hint) return histogram;
        NativeHistogram result = histogram.Clone();
        result.ResetHint = hint;
        return result;
    }

    public static bool HasInfinity(NativeHistogram histogram) =>
        double.IsInfinity(histogram.ZeroCount) || double.IsInfinity(histogram.Count) || double.IsInfinity(histogram.Sum)
        || Array.Exists(histogram.PositiveBuckets, double.IsInfinity)
        || Array.Exists(histogram.NegativeBuckets, double.IsInfinity);

    private static NativeHistogram? TryCombine(
        NativeHistogram left, NativeHistogram right, double sign, out HistogramNotes notes)
    {
        bool done = new CompensatedHistogram(left, null)
            .TryAdd(right, sign, track: false, out CompensatedHistogram sum, out notes);
        return done ? sum.Value : null;
    }
}
