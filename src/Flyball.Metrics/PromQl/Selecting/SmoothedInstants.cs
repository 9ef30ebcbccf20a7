using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Ranges;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Selecting;

/// <summary>
/// Evaluates a <c>smoothed</c> instant selector: the value interpolated between the samples before and after each step,
/// both at most the lookback away.
/// </summary>
internal static class SmoothedInstants
{
    public static Column? Interpolate(
        Labels labels, SampleBuffer buffer, LookupTimes times, VectorSelector selector, QueryState state)
    {
        Column column = state.NewColumn(labels, times.Count);
        bool any = false;
        for (int step = 0; step < times.Count; step++)
        {
            long at = times[step];
            IndexRange floats = IndexRange.Within(buffer.Times, at - times.LookbackMs, at + times.LookbackMs);
            IndexRange histograms =
                IndexRange.Within(buffer.HistogramTimes, at - times.LookbackMs, at + times.LookbackMs);
            if (floats.IsEmpty && histograms.IsEmpty) continue;
            if (!floats.IsEmpty && !histograms.IsEmpty)
            {
                state.Annotate(Notes.MixedFloatsAndHistograms(labels.MetricName, selector.Range));
                continue;
            }

            Sample? sample = floats.IsEmpty
                ? InterpolateHistogram(buffer, histograms, at, labels, selector, state)
                : InterpolateFloat(buffer, floats, at);
            if (sample is null) continue;
            column.Set(step, sample.Value);
            any = true;
        }

        if (any) return column;
        state.Recycle(column);
        return null;
    }

    private static Sample? InterpolateFloat(SampleBuffer buffer, IndexRange range, long at)
    {
        int next = range.From + IndexRange.FirstNotBefore(buffer.Times[range.From..range.To], at);
        if (next < range.To && buffer.Times[next] == at) return new Sample(buffer.Values[next]);
        if (next == range.From) return null;
        if (next == range.To) return new Sample(buffer.Values[next - 1]);
        return new Sample(Interpolation.Between(
            buffer.Times[next - 1], buffer.Values[next - 1], buffer.Times[next], buffer.Values[next], at, false));
    }

    private static Sample? InterpolateHistogram(
        SampleBuffer buffer, IndexRange range, long at, Labels labels, VectorSelector selector, QueryState state)
    {
        int next = range.From + IndexRange.FirstNotBefore(buffer.HistogramTimes[range.From..range.To], at);
        if (next < range.To && buffer.HistogramTimes[next] == at) return new Sample(0, buffer.Histograms[next]);
        if (next == range.From) return null;
        NativeHistogram before = buffer.Histograms[next - 1];
        if (next == range.To)
            return new Sample(0, HistogramArithmetic.WithHint(before, CounterResetHint.Unknown));
        NativeHistogram after = buffer.Histograms[next];
        bool isCounter = before.ResetHint != CounterResetHint.Gauge || after.ResetHint != CounterResetHint.Gauge;
        var notes = new HistogramNoting(state, labels.MetricName, selector.Range);
        if (before.UsesCustomBuckets != after.UsesCustomBuckets)
        {
            notes.MixedSchemas();
            return null;
        }

        NativeHistogram? result = Interpolation.Between(
            buffer.HistogramTimes[next - 1], before, buffer.HistogramTimes[next], after, at, isCounter, notes);
        return result is null ? null : new Sample(0, result);
    }
}
