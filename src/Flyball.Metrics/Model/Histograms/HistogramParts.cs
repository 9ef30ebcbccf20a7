namespace Flyball.Metrics.Model.Histograms;

/// <summary>The parts of a sum of two histograms while it is computed.</summary>
internal sealed class HistogramParts
{
    private readonly bool track;
    private int schema;
    private double zeroThreshold;
    private CompensatedSum zeroCount;
    private BucketSide positive;
    private BucketSide negative;
    private double[] bounds;

    public HistogramParts(NativeHistogram value, NativeHistogram? lost)
    {
        track = lost is not null;
        schema = value.Schema;
        zeroThreshold = value.ZeroThreshold;
        zeroCount = new CompensatedSum(value.ZeroCount, lost?.ZeroCount ?? 0);
        positive = BucketSide.Positive(value) with { Lost = lost?.PositiveBuckets };
        negative = BucketSide.Negative(value) with { Lost = lost?.NegativeBuckets };
        bounds = value.CustomBounds;
    }

    public void AddCustom(NativeHistogram other, double sign, ref HistogramNotes notes)
    {
        BucketSide added = BucketSide.Positive(other);
        if (BucketBounds.AreSame(bounds, other.CustomBounds))
        {
            positive = positive.Add(added, sign, schema, 0);
            return;
        }

        notes |= HistogramNotes.BoundsReconciled;
        double[] common = BucketBounds.Intersect(bounds, other.CustomBounds);
        positive = CustomBuckets.Add(positive, bounds, added, other.CustomBounds, sign, common);
        bounds = common;
    }

    public void AddExponential(NativeHistogram other, double sign)
    {
        AddZeroBucket(other, sign);
        BucketSide addedPositive = OutsideZero(BucketSide.Positive(other), other);
        BucketSide addedNegative = OutsideZero(BucketSide.Negative(other), other);
        if (other.Schema < schema)
        {
            positive = positive.Reduce(schema, other.Schema);
            negative = negative.Reduce(schema, other.Schema);
            schema = other.Schema;
        }
        else if (other.Schema > schema)
        {
            addedPositive = Reduce(addedPositive, other.Schema);
            addedNegative = Reduce(addedNegative, other.Schema);
        }

        positive = positive.Add(addedPositive, sign, schema, zeroThreshold);
        negative = negative.Add(addedNegative, sign, schema, zeroThreshold);
    }

    public CompensatedHistogram Build(CompensatedSum count, CompensatedSum total, CounterResetHint hint)
    {
        NativeHistogram value = Make(
            zeroCount.Sum, count.Sum, total.Sum, hint, positive.Counts, negative.Counts);
        if (!track) return new CompensatedHistogram(value, null);
        NativeHistogram lost = Make(
            zeroCount.Lost, count.Lost, total.Lost, hint, positive.Lost!, negative.Lost!);
        return new CompensatedHistogram(value, lost);
    }

    private NativeHistogram Make(
        double zero, double count, double total, CounterResetHint hint, double[] positives, double[] negatives) => new()
    {
        Schema = schema,
        ZeroThreshold = zeroThreshold,
        ZeroCount = zero,
        Count = count,
        Sum = total,
        ResetHint = hint,
        PositiveSpans = positive.Spans,
        NegativeSpans = negative.Spans,
        PositiveBuckets = positives,
        NegativeBuckets = negatives,
        CustomBounds = bounds,
    };

    /// <summary>
    /// Buckets that the widened zero bucket has taken in, counted there already. They go before a coarser schema merges
    /// them with others, or they would count twice.
    /// </summary>
    private BucketSide OutsideZero(BucketSide side, NativeHistogram other) =>
        other.ZeroThreshold < zeroThreshold ? ZeroBucket.RemoveWithin(side, other.Schema, zeroThreshold) : side;

    private BucketSide Reduce(BucketSide side, int from) =>
        (track ? side with { Lost = new double[side.Counts.Length] } : side).Reduce(from, schema);

    private void AddZeroBucket(NativeHistogram other, double sign)
    {
        double otherThreshold = other.ZeroThreshold;
        double otherCount = other.ZeroCount;
        while (otherThreshold != zeroThreshold)
        {
            if (zeroThreshold > otherThreshold)
            {
                otherThreshold = zeroThreshold;
                otherCount = ZeroBucket.CountAt(other, null, null, 0, ref otherThreshold).Sum;
            }

            if (otherThreshold > zeroThreshold) WidenTo(otherThreshold);
        }

        if (track) zeroCount.Add(sign * otherCount);
        else zeroCount = new CompensatedSum(zeroCount.Sum + (sign * otherCount), 0);
    }

    private void WidenTo(double threshold)
    {
        NativeHistogram current = Make(
            zeroCount.Sum, 0, 0, CounterResetHint.Unknown, positive.Counts, negative.Counts);
        CompensatedSum widened = ZeroBucket.CountAt(
            current, positive.Lost, negative.Lost, zeroCount.Lost, ref threshold);
        zeroCount = track ? widened : new CompensatedSum(widened.Sum, 0);
        zeroThreshold = threshold;
        positive = ZeroBucket.RemoveWithin(positive, schema, threshold);
        negative = ZeroBucket.RemoveWithin(negative, schema, threshold);
    }
}
