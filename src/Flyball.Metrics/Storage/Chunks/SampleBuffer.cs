namespace Flyball.Metrics.Storage.Chunks;

/// <summary>Decoded float samples as columns, ascending in time; cleared and used again.</summary>
internal sealed class SampleBuffer
{
    private long[] _timestamps = new long[ChunkLimits.SamplesMax];
    private double[] _values = new double[ChunkLimits.SamplesMax];
    private long[] _starts = new long[ChunkLimits.SamplesMax];

    public int Count { get; private set; }

    public Span<long> TimestampsMs => _timestamps.AsSpan(0, Count);

    public Span<double> Values => _values.AsSpan(0, Count);

    /// <summary>Start timestamps, 0 where unknown.</summary>
    public Span<long> StartsMs => _starts.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Makes room behind what is there for samples that the caller fills in.</summary>
    public void Extend(int count)
    {
        int needed = Count + count;
        if (_timestamps.Length < needed)
        {
            int capacity = Math.Max(needed, _timestamps.Length * 2);
            Array.Resize(ref _timestamps, capacity);
            Array.Resize(ref _values, capacity);
            Array.Resize(ref _starts, capacity);
        }

        Count = needed;
    }

    public void Add(long timestampMs, double value, long startMs)
    {
        Extend(1);
        _timestamps[Count - 1] = timestampMs;
        _values[Count - 1] = value;
        _starts[Count - 1] = startMs;
    }

    public void Truncate(int count) => Count = Math.Min(Count, count);
}
