namespace Flyball.Metrics.Storage.Head;

/// <summary>Frees what of the head is in blocks. Under the head's lock.</summary>
internal static class HeadTruncation
{
    /// <summary>
    /// Drops chunks in order that end before a time, late chunks that were written, and series that have nothing left.
    /// </summary>
    /// <param name="head">Where they are.</param>
    /// <param name="beforeMs">Blocks hold everything in order that is older.</param>
    /// <param name="written">Late chunks within it are in blocks.</param>
    /// <param name="writtenUpTo">If they lie before this in the chunk log.</param>
    /// <returns>Series dropped.</returns>
    public static int Truncate(HeadData head, long beforeMs, TimeRange written, LogPosition writtenUpTo)
    {
        int dropped = 0;
        (head.MinMs, head.LateMinMs) = (long.MaxValue, long.MaxValue);
        bool Keeps(SealedRef chunk) => chunk.IsOutOfOrder
            ? !(written.Contains(chunk.MinMs) && written.Contains(chunk.MaxMs) && writtenUpTo.IsAfter(in chunk))
            : chunk.MaxMs >= beforeMs;
        Func<SealedRef, bool> keeps = Keeps;
        for (int series = 0; series < head.Series.Limit; series++)
        {
            if (!head.Series[series].IsLive) continue;
            TruncateFloats(head, series, beforeMs, keeps);
            TruncateRest(head, series, beforeMs);
            if (!IsEmpty(head, series)) continue;
            Drop(head, series);
            dropped++;
        }

        head.Deleted.DropBefore(beforeMs, series => HasLateBefore(head, series, beforeMs));
        head.Series.Forget();
        if (dropped > 0) head.Cache.Retain(series => head.Series[series].IsLive);
        head.Collections++;
        if (head.MinMs == long.MaxValue && head.MaxMs != long.MinValue) head.MinMs = Math.Max(head.MaxMs, beforeMs);
        return dropped;
    }

    /// <summary>
    /// Drops a series with all that it holds; its number is free after the registry has forgotten it.
    /// </summary>
    public static void Drop(HeadData head, int series)
    {
        ref SeriesState state = ref head.Series[series];
        OpenPieces.Free(head.Memory, ref state);
        head.RetainSealed(series);
        head.OutOfOrder.Remove(series);
        head.Histograms.Remove(series);
        head.Deleted.Drop(series);
        head.Tenants.Count(state.Tenant, -1);
        head.Series.Drop(series);
    }

    private static void TruncateFloats(HeadData head, int series, long beforeMs, Func<SealedRef, bool> keeps)
    {
        ref SeriesState state = ref head.Series[series];
        head.RetainSealed(series, keeps);
        foreach (ref readonly SealedRef chunk in head.SealedOf(in state))
        {
            if (chunk.IsOutOfOrder && chunk.MinMs < beforeMs) head.LateMinMs = Math.Min(head.LateMinMs, chunk.MinMs);
            if (chunk.MaxMs >= beforeMs) head.MinMs = Math.Min(head.MinMs, Math.Max(beforeMs, chunk.MinMs));
        }

        if (state.Open.Count > 0 && state.Open.LastTimestampMs < beforeMs) OpenPieces.Free(head.Memory, ref state);
        if (state.Open.Count > 0) head.MinMs = Math.Min(head.MinMs, state.OpenMinMs);
    }

    private static void TruncateRest(HeadData head, int series, long beforeMs)
    {
        ref SeriesState state = ref head.Series[series];
        if (state.HasOutOfOrder && head.OutOfOrder.TryGetValue(series, out OutOfOrderSamples? late))
        {
            if (late.Count == 0) head.OutOfOrder.Remove(series);
            state.HasOutOfOrder = late.Count > 0;
            foreach ((long timestampMs, _, _) in late.Samples)
            {
                if (timestampMs < beforeMs) head.LateMinMs = Math.Min(head.LateMinMs, timestampMs);
                else head.MinMs = Math.Min(head.MinMs, timestampMs);
            }
        }

        if (!state.HasHistograms || !head.Histograms.TryGetValue(series, out HistogramRun? run)) return;
        if (run.Count > 0 && run.MaxMs < beforeMs) run.Clear();
        if (run.Count > 0) head.MinMs = Math.Min(head.MinMs, run.MinMs);
    }

    private static bool HasLateBefore(HeadData head, int series, long beforeMs)
    {
        if (head.OutOfOrder.TryGetValue(series, out OutOfOrderSamples? late) && late.Count > 0
            && late.Samples[0].TimestampMs < beforeMs) return true;
        foreach (ref readonly SealedRef chunk in head.SealedOf(in head.Series[series]))
        {
            if (chunk.IsOutOfOrder && chunk.MinMs < beforeMs) return true;
        }

        return false;
    }

    private static bool IsEmpty(HeadData head, int series)
    {
        ref SeriesState state = ref head.Series[series];
        return state.Open.Count == 0 && state.SealedCount == 0 && !state.HasOutOfOrder
            && !(state.HasHistograms && head.Histograms[series].Count > 0);
    }
}
