using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Selecting;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>The samples of a range selector as they are, for an instant query that asks for nothing else.</summary>
internal static class RawRanges
{
    public static List<ResultSeries> Read(MatrixSelector matrix, StepGrid grid, QueryState state)
    {
        VectorSelector selector = matrix.Selector;
        bool isExtended = selector.IsAnchored || selector.IsSmoothed;
        long end = SeriesSelection.ReferenceTime(selector.Shift, grid.StartMs, state);
        long start = end - SeriesSelection.WidthMs(matrix, state);
        var result = new List<ResultSeries>();
        SampleBuffer buffer = state.RentBuffer();
        foreach (ISeries series in SeriesSelection.ForRanges(matrix, grid, null, state))
        {
            state.CheckTime();
            buffer.Load(series.Iterate(), keepStale: false, withStarts: false);
            state.ReadSamples += buffer.Count + buffer.HistogramCount;
            state.Hold(buffer.Count + buffer.HistogramCount);
            ResultSeries? one = isExtended
                ? Extended(series, buffer, selector, start, end)
                : Merged(series, buffer);
            if (one is not null) result.Add(one);
        }

        state.ReturnBuffer(buffer);
        return result;
    }

    private static ResultSeries? Extended(
        ISeries series, SampleBuffer buffer, VectorSelector selector, long start, long end)
    {
        string modifier = selector.IsAnchored ? "anchored" : "smoothed";
        if (buffer.HistogramCount > 0)
            throw new QueryException($"{modifier} modifier is not supported with histograms");
        if (buffer.Count == 0) return null;
        (long[] times, double[] values) = ExtendedRates.Extend(
            buffer.Times, buffer.Values, start, end, selector.IsSmoothed);
        if (times.Length == 0) return null;
        return new ResultSeries(series.Labels, times, [.. values.Select(value => new Sample(value))]);
    }

    private static ResultSeries? Merged(ISeries series, SampleBuffer buffer)
    {
        int count = buffer.Count + buffer.HistogramCount;
        if (count == 0) return null;
        var times = new long[count];
        var samples = new Sample[count];
        int floatAt = 0, histogramAt = 0;
        for (int i = 0; i < count; i++)
        {
            bool isFloat = histogramAt == buffer.HistogramCount
                || (floatAt < buffer.Count && buffer.Times[floatAt] < buffer.HistogramTimes[histogramAt]);
            times[i] = isFloat ? buffer.Times[floatAt] : buffer.HistogramTimes[histogramAt];
            samples[i] = isFloat
                ? new Sample(buffer.Values[floatAt++])
                : new Sample(0, buffer.Histograms[histogramAt++]);
        }

        return new ResultSeries(series.Labels, times, samples);
    }
}
