using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>Makes native histograms with custom buckets of classic ones, for <c>load_with_nhcb</c>.</summary>
internal sealed class ClassicConversion
{
    private readonly SortedDictionary<Labels, SortedDictionary<long, Parts>> histograms = [];

    /// <summary>Takes a sample when its series is part of a classic histogram.</summary>
    public void Add(Labels labels, long timestampMs, double value)
    {
        string name = labels.MetricName;
        if (TryCut(name, "_bucket") is { } bucketOf)
        {
            if (Numbers.TryParseFloat(labels.Get(LabelNames.BucketBound)) is { } bound && !double.IsNaN(bound))
                Find(labels, bucketOf, timestampMs).Buckets[bound] = value;
        }
        else if (TryCut(name, "_count") is { } countOf)
        {
            Find(labels, countOf, timestampMs).Count = value;
        }
        else if (TryCut(name, "_sum") is { } sumOf)
        {
            Find(labels, sumOf, timestampMs).Sum = value;
        }
    }

    public void AddTo(MemoryStore store)
    {
        foreach ((Labels labels, SortedDictionary<long, Parts> times) in histograms)
        {
            foreach ((long time, Parts parts) in times)
                store.Add(labels, new MemorySample(time, 0, Convert(parts), 0));
        }
    }

    private static string? TryCut(string name, string suffix) =>
        name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : null;

    private Parts Find(Labels labels, string name, long time)
    {
        Labels key = new LabelsBuilder(labels)
            .Set(LabelNames.MetricName, name).Remove(LabelNames.BucketBound).ToLabels();
        if (!histograms.TryGetValue(key, out SortedDictionary<long, Parts>? times))
            histograms.Add(key, times = []);
        if (!times.TryGetValue(time, out Parts? parts)) times.Add(time, parts = new Parts());
        return parts;
    }

    private static NativeHistogram Convert(Parts parts)
    {
        double count = parts.Count ?? (parts.Buckets.Count > 0 ? parts.Buckets.Values.Last() : 0);
        if (parts.Buckets.Count == 0 || !double.IsPositiveInfinity(parts.Buckets.Keys.Last()))
            parts.Buckets[double.PositiveInfinity] = count;
        double previous = 0;
        var buckets = new List<double>();
        foreach (double cumulative in parts.Buckets.Values)
        {
            buckets.Add(cumulative - previous);
            previous = cumulative;
        }

        return HistogramArithmetic.Compact(new NativeHistogram
        {
            Schema = NativeHistogram.CustomSchema,
            Count = count,
            Sum = parts.Sum,
            PositiveSpans = [new BucketSpan(0, buckets.Count)],
            PositiveBuckets = [.. buckets],
            CustomBounds = [.. parts.Buckets.Keys.SkipLast(1)],
        });
    }

    private sealed class Parts
    {
        public SortedDictionary<double, double> Buckets { get; } = [];

        public double? Count { get; set; }

        public double Sum { get; set; }
    }
}
