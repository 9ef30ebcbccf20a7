using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>The fraction of a native histogram's observations between two values.</summary>
internal readonly record struct NativeFractions(QueryState State, TextRange Range)
{
    public double Of(double lower, double upper, NativeHistogram histogram, string metric)
    {
        if (histogram.Count == 0 || double.IsNaN(lower) || double.IsNaN(upper)) return SpecialValues.NormalNaN;
        if (lower >= upper) return 0;
        List<Bucket> buckets = HistogramBuckets.All(histogram);
        double lowerRank = RankOf(lower, buckets, histogram) ?? double.PositiveInfinity;
        double upperRank = RankOf(upper, buckets, histogram) ?? double.PositiveInfinity;
        double count = histogram.Count;
        if (double.IsNaN(histogram.Sum))
        {
            // Observations of NaN are counted but in no bucket.
            count = buckets.Sum(bucket => bucket.Count);
            if (count < histogram.Count) State.Annotate(Notes.FractionHasNaN(metric, Range));
        }

        return (Math.Min(upperRank, count) - Math.Min(lowerRank, count)) / histogram.Count;
    }

    /// <summary>How many observations lie below a value; null when it is above all buckets.</summary>
    private static double? RankOf(double value, List<Bucket> buckets, NativeHistogram histogram)
    {
        double rank = 0;
        foreach (Bucket original in buckets)
        {
            bool isZero = original.Lower <= 0 && original.Upper >= 0;
            Bucket bucket = isZero ? ToNatural(original, histogram) : original;
            if (bucket.Lower >= value) return rank;
            if (bucket.Upper > value)
            {
                if (double.IsNegativeInfinity(bucket.Lower)) return bucket.Count;
                bool isLinear = histogram.UsesCustomBuckets || isZero;
                return rank + (bucket.Count * bucket.FractionBelow(value, isLinear));
            }

            rank += bucket.Count;
        }

        return null;
    }

    private static Bucket ToNatural(Bucket bucket, NativeHistogram histogram)
    {
        bool hasNegative = histogram.NegativeBuckets.Length > 0, hasPositive = histogram.PositiveBuckets.Length > 0;
        if (!hasNegative && hasPositive) return bucket with { Lower = 0 };
        return hasNegative && !hasPositive ? bucket with { Upper = 0 } : bucket;
    }
}
