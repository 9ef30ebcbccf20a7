using System.IO.Hashing;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;

namespace Flyball.Metrics.Otlp;

/// <summary>
/// Sums up points that count from the one before. The state is in memory only: after a restart a sum begins anew, which
/// queries see as the counter reset that it is. Thread-safe.
/// </summary>
internal sealed class DeltaSums(int seriesMax)
{
    /// <summary>A series that brought nothing for so long, by its own times, makes room for new ones.</summary>
    private const long IdleMs = 15 * 60_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, Series> _series = [];
    private long _newestMs;

    /// <summary>Makes a number's value the sum.</summary>
    /// <returns>Null, or why it cannot be: the point is late, or there is no room for its series.</returns>
    public string? AddNumber(Labels labels, OtlpPoint point)
    {
        lock (_gate)
        {
            if (Find(labels, point, out string problem) is not { } series) return problem;
            if (series.Advance(point.TimestampMs)) series.Value += point.Value;
            point.Value = series.Value;
            point.StartMs = series.StartMs;
            return null;
        }
    }

    /// <summary>The same for count, sum and buckets of a classic histogram. Other bounds begin a new sum.</summary>
    public string? AddHistogram(Labels labels, OtlpPoint point)
    {
        lock (_gate)
        {
            if (Find(labels, point, out string problem) is not { } series) return problem;
            if (series.Bounds is null || !series.Bounds.AsSpan().SequenceEqual(point.Bounds.ToArray()))
            {
                series.Bounds = [.. point.Bounds];
                series.Buckets = new ulong[point.BucketCounts.Count];
                (series.Count, series.Sum) = (0, 0);
            }

            if (series.Buckets.Length != point.BucketCounts.Count) return "has other buckets than the one before";
            if (series.Advance(point.TimestampMs))
            {
                series.Count += point.Count;
                series.Sum += point.Sum;
                for (int at = 0; at < series.Buckets.Length; at++) series.Buckets[at] += point.BucketCounts[at];
            }

            for (int at = 0; at < series.Buckets.Length; at++) point.BucketCounts[at] = series.Buckets[at];
            (point.Count, point.Sum, point.StartMs) = (series.Count, series.Sum, series.StartMs);
            return null;
        }
    }

    /// <summary>The same for a native histogram; null when it is refused for that problem.</summary>
    public NativeHistogram? TryNative(Labels labels, OtlpPoint point, NativeHistogram delta, out string problem)
    {
        lock (_gate)
        {
            if (Find(labels, point, out problem) is not { } series) return null;
            if (series.Advance(point.TimestampMs))
            {
                series.Native = series.Native is null
                    ? delta
                    : HistogramArithmetic.TryAdd(series.Native, delta, out _) ?? delta;
            }

            point.StartMs = series.StartMs;
            return series.Native;
        }
    }

    private Series? Find(Labels labels, OtlpPoint point, out string problem)
    {
        problem = "";
        UInt128 key = XxHash128.HashToUInt128(PlainLabels.ToBytes(labels));
        _newestMs = Math.Max(_newestMs, point.TimestampMs);
        if (_series.TryGetValue(key, out Series? series))
        {
            problem = "counts from the one before and is older than it";
            return point.TimestampMs < series.LastMs ? null : series;
        }

        problem = $"counts from the one before, and {seriesMax} such series are kept already";
        if (_series.Count >= seriesMax) Sweep();
        if (_series.Count >= seriesMax) return null;
        series = new Series(point.StartMs);
        _series.Add(key, series);
        return series;
    }

    private void Sweep()
    {
        foreach (UInt128 key in _series.Where(one => one.Value.LastMs < _newestMs - IdleMs).Select(one => one.Key)
            .ToList())
            _series.Remove(key);
    }

    private sealed class Series(long startMs)
    {
        public long StartMs => startMs;

        public long LastMs { get; private set; }

        public double Value { get; set; }

        public double Count { get; set; }

        public double Sum { get; set; }

        public double[]? Bounds { get; set; }

        public ulong[] Buckets { get; set; } = [];

        public NativeHistogram? Native { get; set; }

        /// <summary>False for the point that came last: a sender repeats what was not answered.</summary>
        public bool Advance(long timestampMs)
        {
            if (timestampMs == LastMs) return false;
            LastMs = timestampMs;
            return true;
        }
    }
}
