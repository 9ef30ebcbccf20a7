using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// Which samples are taken, as Prometheus decides it: newer than the series' newest in order; as old, only the very
/// same value; older, within the out-of-order window. Belongs to the head's lock.
/// </summary>
internal sealed class SampleRules(TimeSeriesOptions options, HeadData head, TimeProvider time)
{
    private readonly long _windowMs = (long)options.OutOfOrderWindow.TotalMilliseconds;
    private readonly long _orderedMs =
        (long)Math.Max(options.OutOfOrderWindow.TotalMilliseconds, options.BlockRange.TotalMilliseconds / 2);

    private readonly long _futureMs = (long)options.FutureMax.TotalMilliseconds;
    private readonly long _retentionMs = (long)options.Retention.TotalMilliseconds;
    private long _newestMs = long.MaxValue;
    private long _oldestMs = long.MinValue;

    /// <summary>Reads the clock: once a batch.</summary>
    public void Refresh()
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        _newestMs = now + _futureMs;
        _oldestMs = Math.Max(head.MinValidMs, now - _retentionMs);
    }

    /// <summary>Whether a sample newer than all of its series is taken.</summary>
    public SampleRefusal Ordered(in SeriesState state, long timestampMs)
    {
        if (timestampMs > _newestMs) return SampleRefusal.TooFarInFuture;
        if (timestampMs < _oldestMs || (head.MaxMs != long.MinValue && timestampMs < head.MaxMs - _orderedMs))
            return SampleRefusal.TooOld;
        return state.SealedCount < SeriesState.SealedMax ? SampleRefusal.None : SampleRefusal.TooManyChunks;
    }

    /// <summary>Whether a sample older than the newest of its series is taken.</summary>
    public SampleRefusal Late(in SeriesState state, long timestampMs)
    {
        if (_windowMs == 0) return SampleRefusal.OutOfOrder;
        if (timestampMs < _oldestMs || timestampMs < head.MaxMs - _windowMs) return SampleRefusal.TooOld;
        return state.SealedCount < SeriesState.SealedMax ? SampleRefusal.None : SampleRefusal.TooManyChunks;
    }

    /// <summary>Whether a new series of a tenant and a job may be added.</summary>
    public SampleRefusal NewSeries(ushort tenant, ReadOnlySpan<byte> canonical)
    {
        if (head.Series.Count >= options.SeriesMax) return SampleRefusal.SeriesLimit;
        if (options.SeriesPerTenantMax > 0 && head.Tenants.SeriesCount(tenant) >= options.SeriesPerTenantMax)
            return SampleRefusal.TenantSeriesLimit;
        if (options.SeriesPerJobMax == 0) return SampleRefusal.None;
        var reader = new Flyball.Base.Codecs.ByteReader(canonical);
        while (reader.RemainingBytes > 0)
        {
            ReadOnlySpan<byte> name = reader.Sized();
            ReadOnlySpan<byte> value = reader.Sized();
            if (!name.SequenceEqual("job"u8)) continue;
            int pair = head.Series.Pairs.Find(name, value);
            return pair >= 0 && head.Series.Pairs.SeriesCount(pair) >= options.SeriesPerJobMax
                ? SampleRefusal.JobSeriesLimit
                : SampleRefusal.None;
        }

        return SampleRefusal.None;
    }

    /// <summary>Whether the newest histogram of a run is this one.</summary>
    public static bool IsSame(HistogramRun run, NativeHistogram histogram, Flyball.Base.Codecs.ByteBuffer scratch)
    {
        scratch.Clear();
        Chunks.HistogramCodec.Write(scratch, histogram);
        return scratch.Written.SequenceEqual(run.Last.Written);
    }
}
