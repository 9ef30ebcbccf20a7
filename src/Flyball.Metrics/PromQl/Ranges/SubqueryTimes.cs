using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Selecting;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>The grid on which a subquery evaluates its inner expression: aligned to multiples of its step.</summary>
internal readonly record struct SubqueryTimes(StepGrid Inner, long WidthMs)
{
    public static SubqueryTimes Of(SubqueryExpr subquery, StepGrid outer, QueryState state)
    {
        long width = DurationExpressions.PositiveMs(subquery.WidthMs, subquery.WidthExpr, state);
        bool hasStep = subquery.StepMs != 0 || subquery.StepExpr is not null;
        long step = hasStep
            ? DurationExpressions.PositiveMs(subquery.StepMs, subquery.StepExpr, state)
            : (long)state.Options.SubqueryStep.TotalMilliseconds;
        step = Math.Max(step, 1);
        long end = SeriesSelection.ReferenceTime(subquery.Shift, outer.EndMs, state);
        long after = SeriesSelection.ReferenceTime(subquery.Shift, outer.StartMs, state) - width;
        long start = step * (after / step);
        if (start <= after) start += step;
        long steps = end < start ? 0 : ((end - start) / step) + 1;
        if (steps > state.Options.MaxSamples)
        {
            throw new QueryException(
                "query processing would load too many samples into memory in query execution",
                QueryFailure.TooManySamples);
        }

        return new SubqueryTimes(new StepGrid(start, step, (int)steps), width);
    }

    /// <summary>The samples of an inner result as a series to slide over.</summary>
    public static void Fill(SampleBuffer buffer, Column column, StepGrid grid)
    {
        buffer.Clear();
        for (int step = 0; step < grid.Count; step++)
        {
            if (!column.Has(step)) continue;
            Sample sample = column.At(step);
            if (sample.Histogram is null) buffer.Add(grid[step], sample.Value, 0, keepStale: true);
            else buffer.Add(grid[step], WithoutHint(sample.Histogram), 0);
        }
    }

    /// <summary>Hints speak of neighbours in storage; in a subquery others are next to each other.</summary>
    private static NativeHistogram WithoutHint(NativeHistogram histogram) =>
        histogram.ResetHint is CounterResetHint.Reset or CounterResetHint.NotReset
            ? HistogramArithmetic.WithHint(histogram, CounterResetHint.Unknown)
            : histogram;
}
