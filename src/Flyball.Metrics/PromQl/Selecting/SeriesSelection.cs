using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Selecting;

/// <summary>Finds the series behind a selector, and the times it reads them at.</summary>
internal static class SeriesSelection
{
    /// <summary>The series of an instant selector over a grid.</summary>
    public static IReadOnlyList<ISeries> ForInstants(VectorSelector selector, StepGrid grid, QueryState state)
    {
        long first = ReferenceTime(selector.Shift, grid.StartMs, state);
        long last = ReferenceTime(selector.Shift, grid.EndMs, state);
        long max = selector.IsSmoothed ? last + state.LookbackMs : last;
        return Select(selector, first - state.LookbackMs + 1, max, 0, grid, null, state);
    }

    /// <summary>The series of a range selector over a grid.</summary>
    public static IReadOnlyList<ISeries> ForRanges(
        MatrixSelector matrix, StepGrid grid, string? function, QueryState state)
    {
        VectorSelector selector = matrix.Selector;
        long min = ReferenceTime(selector.Shift, grid.StartMs, state) - WidthMs(matrix, state) + 1;
        long max = ReferenceTime(selector.Shift, grid.EndMs, state);
        if (selector.IsAnchored || selector.IsSmoothed) min -= state.LookbackMs;
        if (selector.IsSmoothed) max += state.LookbackMs;
        return Select(selector, min, max, WidthMs(matrix, state), grid, function, state);
    }

    /// <summary>
    /// The time that a selector looks from, for a step: the step or the <c>@</c> time, less the offset.
    /// </summary>
    public static long ReferenceTime(TimeShift shift, long stepMs, QueryState state)
    {
        long time = shift.AtMs ?? shift.AtBoundary switch
        {
            AtBoundary.Start => state.Query.StartMs,
            AtBoundary.End => state.Query.EndMs,
            _ => stepMs,
        };
        return time - DurationExpressions.OffsetMs(shift, state);
    }

    public static long WidthMs(MatrixSelector matrix, QueryState state) =>
        DurationExpressions.PositiveMs(matrix.WidthMs, matrix.WidthExpr, state);

    private static IReadOnlyList<ISeries> Select(
        VectorSelector selector,
        long minMs,
        long maxMs,
        long rangeMs,
        StepGrid grid,
        string? function,
        QueryState state)
    {
        state.CheckTime();
        var query = new SeriesQuery(minMs, maxMs, selector.Matchers)
        {
            RangeMs = rangeMs,
            StepMs = grid.Count > 1 ? grid.IntervalMs : 0,
            Function = function,
            NeedsStartTimestamps = state.Options.StartTimestamps,
        };
        return state.Source.Select(query, state.Cancellation);
    }
}
