using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Selecting;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>
/// Evaluates a function over a range vector: each series is read once into columns, and a window slides over them from
/// step to step.
/// </summary>
internal sealed class RangeEvaluator(Evaluator evaluator, QueryState state)
{
    public void Stream(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        RangeFunction function = RangeFunctions.Find(call.Function.Name)!;
        int rangeIndex = call.Arguments.ToList().FindIndex(argument => argument.Type == ExprType.Matrix);
        Scalars[] parameters =
        [
            .. call.Arguments.Where((_, i) => i != rangeIndex).Select(one => evaluator.EvaluateScalar(one, grid)),
        ];
        switch (call.Arguments[rangeIndex].Unwrap())
        {
            case MatrixSelector matrix:
                StreamSelector(call, function, matrix, parameters, grid, sink);
                break;
            case SubqueryExpr subquery:
                StreamSubquery(call, function, subquery, parameters, grid, sink);
                break;
        }
    }

    private void StreamSelector(
        CallExpr call, RangeFunction function, MatrixSelector matrix, Scalars[] parameters, StepGrid grid,
        Action<Column> sink)
    {
        VectorSelector selector = matrix.Selector;
        CheckModifiers(call, function, selector);
        var shared = new RangeCall(call, SeriesSelection.WidthMs(matrix, state), parameters, state)
        {
            IsAnchored = selector.IsAnchored,
            IsSmoothed = selector.IsSmoothed,
        };
        var windows = new WindowTimes(
            SeriesSelection.ReferenceTime(selector.Shift, grid.StartMs, state),
            selector.Shift.IsFixed ? 0 : grid.IntervalMs,
            shared.WidthMs + (selector.IsAnchored || selector.IsSmoothed ? state.LookbackMs : 0),
            selector.IsSmoothed ? state.LookbackMs : 0);
        bool withStarts = function.UsesStarts && state.Options.StartTimestamps;
        SampleBuffer buffer = state.RentBuffer();
        ISampleIterator? iterator = null;
        foreach (ISeries series in SeriesSelection.ForRanges(matrix, grid, call.Function.Name, state))
        {
            state.CheckTime();
            iterator = series.Iterate(iterator);
            buffer.Load(iterator, keepStale: false, withStarts);
            if (state.WithoutBuckets.Contains(selector)) buffer.DropBuckets();
            state.ReadSamples += buffer.Count + buffer.HistogramCount;
            Evaluate(function, shared, series.Labels, buffer, windows, grid, inputDropsName: false, sink);
        }

        state.ReturnBuffer(buffer);
    }

    private static void CheckModifiers(CallExpr call, RangeFunction function, VectorSelector selector)
    {
        string? modifier = selector.IsAnchored && !function.AllowsAnchored ? "anchored"
            : selector.IsSmoothed && !function.AllowsSmoothed ? "smoothed"
            : null;
        if (modifier is null) return;
        string names = RangeFunctions.NamesAllowing(
            one => modifier == "anchored" ? one.AllowsAnchored : one.AllowsSmoothed);
        throw new QueryException(
            $"{modifier} modifier can only be used with: {names} - not with {call.Function.Name}");
    }

    private void StreamSubquery(
        CallExpr call, RangeFunction function, SubqueryExpr subquery, Scalars[] parameters, StepGrid grid,
        Action<Column> sink)
    {
        SubqueryTimes times = SubqueryTimes.Of(subquery, grid, state);
        var shared = new RangeCall(call, times.WidthMs, parameters, state);
        var windows = new WindowTimes(
            SeriesSelection.ReferenceTime(subquery.Shift, grid.StartMs, state),
            subquery.Shift.IsFixed ? 0 : grid.IntervalMs,
            times.WidthMs,
            0);
        if (times.Inner.Count <= 0) return;
        List<Column> columns = evaluator.Evaluate(subquery.Inner, times.Inner);
        SampleBuffer buffer = state.RentBuffer();
        foreach (Column column in columns)
        {
            state.CheckTime();
            SubqueryTimes.Fill(buffer, column, times.Inner);
            Labels labels = column.Labels;
            bool dropsName = column.DropsName;
            state.Recycle(column);
            Evaluate(function, shared, labels, buffer, windows, grid, dropsName, sink);
        }

        state.ReturnBuffer(buffer);
    }

    private void Evaluate(
        RangeFunction function, RangeCall shared, Labels labels, SampleBuffer buffer, WindowTimes windows,
        StepGrid grid, bool inputDropsName, Action<Column> sink)
    {
        int held = buffer.Count + buffer.HistogramCount;
        if (held == 0) return;
        state.Hold(held);
        shared.Metric = labels;
        Column column = state.NewColumn(labels, grid.Count);
        bool any = Fill(column, function, shared, buffer, windows, grid);
        state.Release(held);
        if (!any)
        {
            state.Recycle(column);
            return;
        }

        if (function.WantsCounter) NoteNoCounter(shared, column);
        if (!function.KeepsName || inputDropsName) state.DropName(column);
        sink(column);
    }

    private static bool Fill(
        Column column, RangeFunction function, RangeCall shared, SampleBuffer buffer, WindowTimes windows,
        StepGrid grid)
    {
        bool any = false;
        var floats = new SlidingWindow(windows);
        var histograms = new SlidingWindow(windows);
        for (int step = 0; step < grid.Count; step++)
        {
            IndexRange floatRange = floats.MoveTo(step, buffer.Times);
            IndexRange histogramRange = histograms.MoveTo(step, buffer.HistogramTimes);
            if (floatRange.IsEmpty && histogramRange.IsEmpty) continue;
            var window = new RangeWindow
            {
                Call = shared,
                Buffer = buffer,
                Floats = floatRange,
                Histograms = histogramRange,
                Step = step,
                StepMs = grid[step],
                EndMs = windows.EndOf(step),
            };
            if (!function.Kernel(in window, out Sample result)) continue;
            column.Set(step, result);
            any = true;
        }

        return any;
    }

    private void NoteNoCounter(RangeCall shared, Column column)
    {
        string name = shared.MetricName;
        if (name.Length == 0 || Array.TrueForAll(column.Values, Column.IsAbsent)) return;
        if (state.Options.TypeAndUnitLabels)
        {
            string type = shared.Metric.Get(LabelNames.Type);
            if (type is not ("counter" or "histogram"))
                shared.Annotate(Notes.PossiblyNoCounterByType(name, type, shared.Range));
            return;
        }

        bool looksRight = name.EndsWith("_total", StringComparison.Ordinal)
            || name.EndsWith("_sum", StringComparison.Ordinal)
            || name.EndsWith("_count", StringComparison.Ordinal)
            || name.EndsWith("_bucket", StringComparison.Ordinal);
        if (!looksRight) shared.Annotate(Notes.PossiblyNoCounter(name, shared.Range));
    }
}
