using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>
/// Quantiles of native histograms: linear within custom buckets and the zero bucket, on a logarithmic scale within
/// exponential ones.
/// </summary>
internal readonly record struct NativeQuantiles(QueryState State, TextRange Range)
{
    public double Of(double quantile, NativeHistogram histogram, string metric)
    {
        if (quantile < 0) return double.NegativeInfinity;
        if (quantile > 1) return double.PositiveInfinity;
        if (histogram.Count == 0 || double.IsNaN(quantile)) return SpecialValues.NormalNaN;

        // Observations of NaN are counted but in no bucket, above all others: only counting from below finds ranks.
        bool mayHaveNaN = double.IsNaN(histogram.Sum);
        bool fromBelow = mayHaveNaN || quantile < 0.5;
        List<Bucket> buckets = HistogramBuckets.All(histogram);
        if (!fromBelow) buckets.Reverse();
        double rank = (fromBelow ? quantile : 1 - quantile) * histogram.Count;
        (Bucket bucket, double count, int next) = Find(buckets, rank);
        if (OpenBound(bucket, histogram) is { } bound) return bound;
        bucket = ToNatural(bucket, histogram);
        count = Math.Min(count, histogram.Count);
        if (count < rank)
        {
            if (!mayHaveNaN) return bucket.Upper;
            State.Annotate(Notes.QuantileIsNaN(metric, Range));
            return SpecialValues.NormalNaN;
        }

        rank = fromBelow ? rank - (count - bucket.Count) : count - rank;
        if (mayHaveNaN) NoteSkew(buckets, next, count, histogram, metric);
        return Interpolate(bucket, rank / bucket.Count, histogram.UsesCustomBuckets);
    }

    private static (Bucket Bucket, double Count, int Next) Find(List<Bucket> buckets, double rank)
    {
        Bucket bucket = default;
        double count = 0;
        for (int i = 0; i < buckets.Count; i++)
        {
            bucket = buckets[i];
            if (bucket.Count == 0) continue;
            count += bucket.Count;
            if (count >= rank) return (bucket, count, i + 1);
        }

        return (bucket, count, buckets.Count);
    }

    /// <summary>Custom buckets without a lower or upper bound give the bound that they have.</summary>
    private static double? OpenBound(Bucket bucket, NativeHistogram histogram)
    {
        if (!histogram.UsesCustomBuckets) return null;
        if (double.IsNegativeInfinity(bucket.Lower)) return bucket.Upper <= 0 ? bucket.Upper : null;
        return double.IsPositiveInfinity(bucket.Upper) ? bucket.Lower : null;
    }

    /// <summary>Zero bounds what has observations on one side only.</summary>
    private static Bucket ToNatural(Bucket bucket, NativeHistogram histogram)
    {
        if (histogram.UsesCustomBuckets)
            return double.IsNegativeInfinity(bucket.Lower) ? bucket with { Lower = 0 } : bucket;
        if (bucket.Lower >= 0 || bucket.Upper <= 0) return bucket;
        bool hasNegative = histogram.NegativeBuckets.Length > 0, hasPositive = histogram.PositiveBuckets.Length > 0;
        if (!hasNegative && hasPositive) return bucket with { Lower = 0 };
        return hasNegative && !hasPositive ? bucket with { Upper = 0 } : bucket;
    }

    private void NoteSkew(List<Bucket> buckets, int next, double count, NativeHistogram histogram, string metric)
    {
        for (int i = next; i < buckets.Count; i++) count += buckets[i].Count;
        if (count < histogram.Count) State.Annotate(Notes.QuantileIsSkewed(metric, Range));
    }

    private static double Interpolate(Bucket bucket, double fraction, bool isCustom)
    {
        if (isCustom || (bucket.Lower <= 0 && bucket.Upper >= 0))
            return bucket.Lower + ((bucket.Upper - bucket.Lower) * fraction);
        double logLower = Math.Log2(Math.Abs(bucket.Lower));
        double logUpper = Math.Log2(Math.Abs(bucket.Upper));
        return bucket.Lower > 0
            ? Math.Pow(2, logLower + ((logUpper - logLower) * fraction))
            : -Math.Pow(2, logUpper + ((logLower - logUpper) * (1 - fraction)));
    }
}
