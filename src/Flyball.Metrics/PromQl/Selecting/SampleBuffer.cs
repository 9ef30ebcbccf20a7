using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Selecting;

/// <summary>
/// One series' samples of a time range in columns, floats and histograms apart. Reused from series to series, so that
/// reading a series allocates nothing but its histograms.
/// </summary>
internal sealed class SampleBuffer
{
    private long[] times = new long[256];
    private double[] values = new double[256];
    private long[] starts = [];
    private long[] histogramTimes = [];
    private NativeHistogram[] histograms = [];
    private long[] histogramStarts = [];
    private int[]? resets;
    private int resetCount;

    public int Count { get; private set; }

    public int HistogramCount { get; private set; }

    /// <summary>Whether start timestamps were read.</summary>
    public bool HasStarts { get; private set; }

    public ReadOnlySpan<long> Times => times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => values.AsSpan(0, Count);

    public ReadOnlySpan<long> Starts => HasStarts ? starts.AsSpan(0, Count) : [];

    public ReadOnlySpan<long> HistogramTimes => histogramTimes.AsSpan(0, HistogramCount);

    public ReadOnlySpan<NativeHistogram> Histograms => histograms.AsSpan(0, HistogramCount);

    public ReadOnlySpan<long> HistogramStarts => HasStarts ? histogramStarts.AsSpan(0, HistogramCount) : [];

    public void Clear()
    {
        Array.Clear(histograms, 0, HistogramCount);
        (Count, HistogramCount, HasStarts, resets) = (0, 0, false, null);
    }

    /// <summary>Reads all that the iterator has left. Staleness markers are kept or left out.</summary>
    public void Load(ISampleIterator from, bool keepStale, bool withStarts)
    {
        Clear();
        HasStarts = withStarts;
        while (true)
        {
            LoadFloats(from, keepStale);
            SampleKind kind = from.Next();
            if (kind == SampleKind.None) return;
            if (kind == SampleKind.Float) Add(from.TimestampMs, from.Value, from.StartTimestampMs, keepStale);
            else if (keepStale || !from.Histogram.IsStale)
                Add(from.TimestampMs, from.Histogram, from.StartTimestampMs);
        }
    }

    public void Add(long time, double value, long start, bool keepStale)
    {
        if (!keepStale && SpecialValues.IsStale(value)) return;
        EnsureRoom();
        times[Count] = time;
        values[Count] = value;
        if (HasStarts) starts[Count] = start;
        Count++;
    }

    public void Add(long time, NativeHistogram histogram, long start)
    {
        if (HistogramCount == histograms.Length)
        {
            int size = Math.Max(16, histograms.Length * 2);
            Array.Resize(ref histograms, size);
            Array.Resize(ref histogramTimes, size);
        }

        if (HasStarts && histogramStarts.Length < histograms.Length)
            Array.Resize(ref histogramStarts, histograms.Length);
        histogramTimes[HistogramCount] = time;
        histograms[HistogramCount] = histogram;
        if (HasStarts) histogramStarts[HistogramCount] = start;
        HistogramCount++;
    }

    /// <summary>Leaves only counts and sums of histograms, with the resets that their buckets show.</summary>
    public void DropBuckets()
    {
        NativeHistogram? previous = null;
        for (int i = 0; i < HistogramCount; i++)
        {
            NativeHistogram full = histograms[i];
            CounterResetHint hint = full.ResetHint;
            if (hint == CounterResetHint.Unknown && previous is not null && !full.IsStale)
            {
                hint = HistogramResets.IsReset(full, previous) ? CounterResetHint.Reset : CounterResetHint.NotReset;
            }

            if (!full.IsStale) previous = full;
            histograms[i] = new NativeHistogram
            {
                Schema = full.Schema, Count = full.Count, Sum = full.Sum, ResetHint = hint,
            };
        }
    }

    /// <summary>
    /// The indices of floats before which the counter was reset, found once for all windows of the series.
    /// </summary>
    public ReadOnlySpan<int> Resets()
    {
        if (resets is null) FindResets();
        return resets.AsSpan(0, resetCount);
    }

    private void FindResets()
    {
        resets = new int[8];
        resetCount = 0;
        for (int i = 1; i < Count; i++)
        {
            bool isReset = values[i] < values[i - 1]
                || (HasStarts && CounterStarts.IsReset(starts[i - 1], times[i - 1], starts[i], times[i]));
            if (!isReset) continue;
            if (resetCount == resets.Length) Array.Resize(ref resets, resetCount * 2);
            resets[resetCount++] = i;
        }
    }

    private void LoadFloats(ISampleIterator from, bool keepStale)
    {
        while (true)
        {
            EnsureRoom();
            Span<long> startRoom = HasStarts ? starts.AsSpan(Count, times.Length - Count) : [];
            int read = from.ReadFloats(times.AsSpan(Count), values.AsSpan(Count), startRoom);
            if (read == 0) return;
            int first = Count;
            Count += read;
            if (!keepStale) RemoveStale(first);
        }
    }

    private void RemoveStale(int from)
    {
        int kept = from;
        for (int i = from; i < Count; i++)
        {
            if (SpecialValues.IsStale(values[i])) continue;
            if (kept != i)
            {
                times[kept] = times[i];
                values[kept] = values[i];
                if (HasStarts) starts[kept] = starts[i];
            }

            kept++;
        }

        Count = kept;
    }

    private void EnsureRoom()
    {
        if (Count == times.Length)
        {
            Array.Resize(ref times, times.Length * 2);
            Array.Resize(ref values, values.Length * 2);
        }

        if (HasStarts && starts.Length < times.Length) Array.Resize(ref starts, times.Length);
    }
}
