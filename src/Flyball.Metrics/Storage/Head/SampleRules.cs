using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// Which samples are taken: newer than the series' newest in order; as old, only the very same value; older, within the
/// out-of-order window of the series. Unlike Prometheus, which measures the window from the newest sample of all, what
/// other series have plays no part: an agent that could not reach its server brings hours of samples, in order, when
/// everybody else has gone on. Only agents and gateways may bring old samples of series that are not in the head: from
/// others they are more likely a mistake, and refused as Prometheus does. Belongs to the head's lock.
/// </summary>
internal sealed class SampleRules(TimeSeriesOptions options, HeadData head, TimeProvider time)
{
    private readonly long _windowMs = (long)options.OutOfOrderWindow.TotalMilliseconds;
    private readonly long _newSeriesMs =
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
        _oldestMs = now - _retentionMs;
    }

    /// <summary>Whether a sample newer than all of its series is taken.</summary>
    public SampleRefusal Ordered(in SeriesState state, long timestampMs, bool fillsGaps)
    {
        if (timestampMs > _newestMs) return SampleRefusal.TooFarInFuture;
        bool isUnknown = state.LastMs == SeriesState.NoTimestamp && head.MaxMs != long.MinValue;
        if (timestampMs < _oldestMs || (isUnknown && !fillsGaps && timestampMs < head.MaxMs - _newSeriesMs))
            return SampleRefusal.TooOld;
        return state.SealedCount < SeriesState.SealedMax ? SampleRefusal.None : SampleRefusal.TooManyChunks;
    }

    /// <summary>Whether a sample older than the newest of its series is taken.</summary>
    public SampleRefusal Late(in SeriesState state, long timestampMs)
    {
        if (_windowMs == 0) return SampleRefusal.OutOfOrder;
        if (timestampMs < _oldestMs || timestampMs < state.LastMs - _windowMs) return SampleRefusal.TooOld;
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
