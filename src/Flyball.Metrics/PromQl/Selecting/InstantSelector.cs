using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Selecting;

/// <summary>
/// Evaluates an instant selector: for each step the last sample that is not older than the lookback and not stale.
/// Walks each series once over all steps.
/// </summary>
internal static class InstantSelector
{
    public static void Stream(
        VectorSelector selector, StepGrid grid, InstantMode mode, QueryState state, Action<Column> sink)
    {
        IReadOnlyList<ISeries> series = SeriesSelection.ForInstants(selector, grid, state);
        long fixedAt = SeriesSelection.ReferenceTime(selector.Shift, grid.StartMs, state);
        var times = new LookupTimes(
            fixedAt, selector.Shift.IsFixed ? 0 : grid.IntervalMs, grid.Count, state.LookbackMs);
        StreamSeries(series, times, mode, selector, state, sink);
    }

    /// <summary>As <see cref="Stream"/>, for series that were selected otherwise.</summary>
    public static void StreamSeries(
        IReadOnlyList<ISeries> series,
        LookupTimes times,
        InstantMode mode,
        VectorSelector? selector,
        QueryState state,
        Action<Column> sink)
    {
        SampleBuffer buffer = state.RentBuffer();
        ISampleIterator? iterator = null;
        bool withStarts = mode == InstantMode.StartTimestamp;
        bool isSmoothed = selector is { IsSmoothed: true } && mode == InstantMode.Sample;
        bool dropsBuckets = selector is not null && state.WithoutBuckets.Contains(selector);
        foreach (ISeries one in series)
        {
            state.CheckTime();
            iterator = one.Iterate(iterator);
            buffer.Load(iterator, keepStale: !isSmoothed, withStarts);
            if (dropsBuckets) buffer.DropBuckets();
            int held = buffer.Count + buffer.HistogramCount;
            state.ReadSamples += held;
            state.Hold(held);
            Column? column = isSmoothed
                ? SmoothedInstants.Interpolate(one.Labels, buffer, times, selector!, state)
                : LookUp(one.Labels, buffer, times, mode, state);
            state.Release(held);
            if (column is not null) sink(column);
        }

        state.ReturnBuffer(buffer);
    }

    private static Column? LookUp(
        Labels labels, SampleBuffer buffer, LookupTimes times, InstantMode mode, QueryState state)
    {
        if (buffer.Count + buffer.HistogramCount == 0) return null;
        Column column = state.NewColumn(labels, times.Count);
        if (mode == InstantMode.Sample && buffer.HistogramCount == 0)
        {
            if (FillFloats(column.Values, buffer.Times, buffer.Values, times)) return column;
            state.Recycle(column);
            return null;
        }

        bool any = false;
        int at = -1, histogramAt = -1;
        for (int step = 0; step < times.Count; step++)
        {
            long reference = times[step];
            while (at + 1 < buffer.Count && buffer.Times[at + 1] <= reference) at++;
            while (histogramAt + 1 < buffer.HistogramCount && buffer.HistogramTimes[histogramAt + 1] <= reference)
                histogramAt++;
            if (Find(buffer, at, histogramAt, reference - times.LookbackMs, mode, labels) is not { } sample) continue;
            column.Set(step, sample);
            any = true;
        }

        if (any) return column;
        state.Recycle(column);
        return null;
    }

    /// <summary>The usual case, floats only, in one tight loop.</summary>
    private static bool FillFloats(
        double[] to, ReadOnlySpan<long> sampleTimes, ReadOnlySpan<double> values, LookupTimes times)
    {
        bool any = false;
        int at = -1;
        for (int step = 0; step < to.Length; step++)
        {
            long reference = times[step];
            while (at + 1 < sampleTimes.Length && sampleTimes[at + 1] <= reference) at++;
            if (at < 0 || sampleTimes[at] <= reference - times.LookbackMs || Column.IsAbsent(values[at])) continue;
            to[step] = values[at];
            any = true;
        }

        return any;
    }

    private static Sample? Find(
        SampleBuffer buffer, int at, int histogramAt, long oldest, InstantMode mode, Labels labels)
    {
        long time = at >= 0 ? buffer.Times[at] : long.MinValue;
        long histogramTime = histogramAt >= 0 ? buffer.HistogramTimes[histogramAt] : long.MinValue;
        bool isHistogram = histogramTime > time;
        long latest = Math.Max(time, histogramTime);
        if (latest <= oldest) return null;
        if (isHistogram ? buffer.Histograms[histogramAt].IsStale : Column.IsAbsent(buffer.Values[at])) return null;
        return mode switch
        {
            InstantMode.Timestamp => new Sample(latest / 1000.0),
            InstantMode.InfoTimestamp when isHistogram =>
                throw new QueryException($"this should be an info metric, with float samples: {labels}"),
            InstantMode.InfoTimestamp => new Sample(latest),
            InstantMode.StartTimestamp =>
                new Sample((isHistogram ? buffer.HistogramStarts[histogramAt] : buffer.Starts[at]) / 1000.0),
            _ => isHistogram ? new Sample(0, buffer.Histograms[histogramAt]) : new Sample(buffer.Values[at]),
        };
    }
}
