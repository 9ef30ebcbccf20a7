namespace Flyball.Metrics.Model.Histograms;

/// <summary>
/// Removes the observations above or below a value: a bucket that the value cuts keeps the part that interpolation
/// gives it. The sum is estimated anew from the middles of what is left.
/// </summary>
internal static class HistogramTrim
{
    /// <summary>Keeps what is at most <paramref name="limit"/> (upper trim) or at least it.</summary>
    public static NativeHistogram Trim(NativeHistogram histogram, double limit, bool keepsBelow)
    {
        NativeHistogram result = histogram.Clone();
        var kept = new Kept();
        bool isCustom = histogram.UsesCustomBuckets;
        bool hasPositive = TrimSide(
            HistogramBuckets.Positive(histogram), result.PositiveBuckets, limit, keepsBelow, true, isCustom, ref kept);
        bool hasNegative = TrimSide(
            HistogramBuckets.Negative(histogram), result.NegativeBuckets, limit, keepsBelow, false, isCustom, ref kept);
        if (histogram.ZeroCount > 0)
        {
            (double count, double middle) = TrimZero(
                HistogramBuckets.Zero(histogram), limit, keepsBelow, hasNegative, hasPositive);
            kept.Changed |= count != histogram.ZeroCount;
            result.ZeroCount = count;
            kept.Add(count, middle);
        }

        if (!kept.Changed) return histogram;
        result.Count = kept.Count;
        result.Sum = kept.Sum;
        return HistogramArithmetic.Compact(result);
    }

    private static bool TrimSide(
        IEnumerable<Bucket> buckets, double[] counts, double limit, bool keepsBelow, bool isPositive, bool isLinear,
        ref Kept kept)
    {
        bool any = false;
        int position = -1;
        foreach (Bucket bucket in buckets)
        {
            position++;
            if (bucket.Count == 0) continue;
            any = true;
            bool isKept = keepsBelow ? bucket.Upper <= limit : bucket.Lower >= limit;
            bool isCut = keepsBelow ? bucket.Lower < limit : bucket.Upper > limit;
            if (isKept)
            {
                kept.Add(bucket.Count, Middle(bucket.Lower, bucket.Upper, isPositive, isLinear));
                continue;
            }

            (double count, double middle) = isCut ? Cut(bucket, limit, keepsBelow, isPositive, isLinear) : (0, 0);
            if (isCut) kept.Add(count, middle);
            kept.Changed |= !isCut || count != bucket.Count;
            counts[position] = count;
        }

        return any;
    }

    private static (double Count, double Middle) Cut(
        Bucket bucket, double limit, bool keepsBelow, bool isPositive, bool isLinear)
    {
        if (double.IsNegativeInfinity(bucket.Lower)) return CutOpenBelow(bucket, limit, keepsBelow);
        if (double.IsPositiveInfinity(bucket.Upper))
        {
            if (!keepsBelow && limit >= bucket.Lower) return (bucket.Count, limit);
            return (0, Finite(bucket.Lower));
        }

        double below = limit <= bucket.Lower ? 0
            : limit >= bucket.Upper ? bucket.Count
            : bucket.Count * bucket.FractionBelow(limit, isLinear);
        return keepsBelow
            ? (below, Middle(bucket.Lower, limit, isPositive, isLinear))
            : (bucket.Count - below, Middle(limit, bucket.Upper, isPositive, isLinear));
    }

    /// <summary>
    /// The first custom bucket has no lower bound; when it ends above zero it is taken to start at zero.
    /// </summary>
    private static (double Count, double Middle) CutOpenBelow(Bucket bucket, double limit, bool keepsBelow)
    {
        bool endsFinite = !double.IsPositiveInfinity(bucket.Upper);
        if (keepsBelow)
        {
            if (limit >= bucket.Upper) return (bucket.Count, 0);
            if (limit > 0 && bucket.Upper > 0 && endsFinite) return (bucket.Count * limit / bucket.Upper, limit / 2);
            return bucket.Upper <= 0 ? (bucket.Count, limit) : (0, Finite(bucket.Upper));
        }

        if (limit <= bucket.Lower) return (bucket.Count, 0);
        if (limit >= 0 && bucket.Upper > limit && endsFinite)
            return (bucket.Count * (1 - (limit / bucket.Upper)), (limit + bucket.Upper) / 2);
        return (0, Finite(bucket.Upper));
    }

    /// <summary>A zero bucket without buckets on one side of it ends at zero on that side.</summary>
    private static (double Count, double Middle) TrimZero(
        Bucket zero, double limit, bool keepsBelow, bool hasNegative, bool hasPositive)
    {
        double lower = hasPositive && !hasNegative ? 0 : zero.Lower;
        double upper = hasNegative && !hasPositive ? 0 : zero.Upper;
        (double, double) none = (0, 0), all = (zero.Count, (lower + upper) / 2);
        if (limit <= lower) return keepsBelow ? none : all;
        if (limit >= upper) return keepsBelow ? all : none;
        double width = upper - lower;
        return keepsBelow
            ? (zero.Count * ((limit - lower) / width), (lower + limit) / 2)
            : (zero.Count * ((upper - limit) / width), (limit + upper) / 2);
    }

    private static double Middle(double lower, double upper, bool isPositive, bool isLinear)
    {
        if (double.IsInfinity(lower))
        {
            if (double.IsInfinity(upper)) return 0;
            return upper > 0 ? upper / 2 : upper;
        }

        if (double.IsInfinity(upper)) return lower;
        if (isLinear) return (lower + upper) / 2;
        double geometric = Math.Sqrt(Math.Abs(lower * upper));
        return isPositive ? geometric : -geometric;
    }

    private static double Finite(double value) => double.IsInfinity(value) ? 0 : value;

    /// <summary>What is left so far.</summary>
    private struct Kept
    {
        public double Count;
        public double Sum;
        public bool Changed;

        public void Add(double count, double middle)
        {
            Count += count;
            Sum += middle * count;
        }
    }
}
