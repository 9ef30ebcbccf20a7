using System.Collections.Frozen;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>Functions from one native histogram to one float.</summary>
internal static class NativeHistogramFunctions
{
    private static readonly FrozenDictionary<string, Func<NativeHistogram, double>> ByName =
        new Dictionary<string, Func<NativeHistogram, double>>
        {
            ["histogram_count"] = static histogram => histogram.Count,
            ["histogram_sum"] = static histogram => histogram.Sum,
            ["histogram_avg"] = static histogram => histogram.Sum / histogram.Count,
            ["histogram_stdvar"] = Variance,
            ["histogram_stddev"] = static histogram => Math.Sqrt(Variance(histogram)),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    public static Func<NativeHistogram, double>? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Replaces histograms by numbers and drops floats; false when there was no histogram.</summary>
    public static bool Apply(Column column, Func<NativeHistogram, double> read)
    {
        if (column.Histograms is not { } histograms) return false;
        bool any = false;
        column.Histograms = null;
        for (int step = 0; step < histograms.Length; step++)
        {
            column.Values[step] = histograms[step] is { } histogram ? read(histogram) : Column.Absent;
            any |= histograms[step] is not null;
        }

        return any;
    }

    /// <summary>Takes each bucket's observations to be at its middle, geometric for exponential buckets.</summary>
    private static double Variance(NativeHistogram histogram)
    {
        double mean = histogram.Sum / histogram.Count;
        var variance = default(CompensatedSum);
        foreach (Bucket bucket in HistogramBuckets.All(histogram))
        {
            if (bucket.Count == 0) continue;
            double delta = Middle(bucket, histogram.UsesCustomBuckets) - mean;
            variance.Add(bucket.Count * delta * delta);
        }

        return variance.Total / histogram.Count;
    }

    private static double Middle(Bucket bucket, bool isCustom)
    {
        if (isCustom) return (bucket.Upper + bucket.Lower) / 2;
        if (bucket.Lower <= 0 && bucket.Upper >= 0) return 0;
        double middle = Math.Sqrt(bucket.Upper * bucket.Lower);
        return bucket.Upper < 0 ? -middle : middle;
    }
}
