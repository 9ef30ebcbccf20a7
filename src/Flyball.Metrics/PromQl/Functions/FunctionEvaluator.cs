using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Ranges;
using Flyball.Metrics.PromQl.Selecting;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>Evaluates calls of functions that give vectors.</summary>
internal sealed class FunctionEvaluator(Evaluator evaluator, QueryState state)
{
    public void Stream(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        string name = call.Function.Name;
        if (FloatFunctions.Find(name) is { } compute)
        {
            StreamMapped(call.Arguments[0], grid, compute, sink);
        }
        else if (DateFunctions.Find(name) is { } part)
        {
            StreamDates(call, grid, part, sink);
        }
        else if (NativeHistogramFunctions.Find(name) is { } read)
        {
            evaluator.StreamRenamed(
                call.Arguments[0], grid, column => NativeHistogramFunctions.Apply(column, read), sink);
        }
        else if (RangeFunctions.Find(name) is not null)
        {
            StreamRange(call, grid, sink);
        }
        else
        {
            StreamSpecial(call, grid, sink);
        }
    }

    private void StreamSpecial(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        switch (call.Function.Name)
        {
            case "vector":
                StreamScalar(call.Arguments[0], grid, sink);
                break;
            case "clamp" or "clamp_min" or "clamp_max":
                StreamClamped(call, grid, sink);
                break;
            case "round":
                StreamRounded(call, grid, sink);
                break;
            case "timestamp" or "start_timestamp":
                StreamTimestamps(call, grid, sink);
                break;
            case "absent":
                new AbsentFunctions(evaluator, state).Stream(call, grid, sink);
                break;
            case "sort" or "sort_desc" or "sort_by_label" or "sort_by_label_desc":
                StreamSorted(call, grid, sink);
                break;
            case "label_replace" or "label_join":
                new LabelFunctions(evaluator, state).Stream(call, grid, sink);
                break;
            case "histogram_quantile" or "histogram_quantiles" or "histogram_fraction":
                new QuantileFunctions(evaluator, state).Stream(call, grid, sink);
                break;
            case "info":
                new InfoFunction(evaluator, state).Stream(call, grid, sink);
                break;
            default:
                throw new ArgumentException($"BUG: no way to evaluate {call.Function.Name}.", nameof(call));
        }
    }

    private void StreamRange(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        var ranges = new RangeEvaluator(evaluator, state);
        if (call.Function.Name == "absent_over_time")
        {
            new AbsentFunctions(evaluator, state).StreamOverTime(ranges, call, grid, sink);
            return;
        }

        Expr range = call.Arguments.First(argument => argument.Type == ExprType.Matrix);
        if (state.Options.DelayedNameRemoval || NameKnowledge.HasOneName(range))
        {
            ranges.Stream(call, grid, sink);
            return;
        }

        // Two ranges of the same labels are an error even when they never meet at a step.
        var seen = new HashSet<Labels>();
        ranges.Stream(call, grid, column =>
        {
            if (!seen.Add(column.Labels)) throw QueryException.SameLabels();
            sink(column);
        });
    }

    private void StreamMapped(Expr inner, StepGrid grid, Func<double, double> compute, Action<Column> sink) =>
        evaluator.StreamRenamed(inner, grid, column => Map(column, (value, _) => compute(value)), sink);

    /// <summary>Applies a function to each float and drops histograms; false when no float is there.</summary>
    private static bool Map(Column column, Func<double, int, double> compute)
    {
        bool any = false;
        double[] values = column.Values;
        column.Histograms = null;
        for (int step = 0; step < values.Length; step++)
        {
            if (Column.IsAbsent(values[step])) continue;
            values[step] = compute(values[step], step);
            any = true;
        }

        return any;
    }

    private void StreamScalar(Expr scalar, StepGrid grid, Action<Column> sink)
    {
        Scalars values = evaluator.EvaluateScalar(scalar, grid);
        Column column = state.NewColumn(Labels.Empty, grid.Count);
        for (int step = 0; step < grid.Count; step++) column.Values[step] = values[step];
        sink(column);
    }

    private void StreamDates(CallExpr call, StepGrid grid, Func<double, double> part, Action<Column> sink)
    {
        if (call.Arguments.Count > 0)
        {
            StreamMapped(call.Arguments[0], grid, part, sink);
            return;
        }

        Column column = state.NewColumn(Labels.Empty, grid.Count);
        for (int step = 0; step < grid.Count; step++) column.Values[step] = part(grid[step] / 1000);
        sink(column);
    }

    private void StreamClamped(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        string name = call.Function.Name;
        Scalars first = evaluator.EvaluateScalar(call.Arguments[1], grid);
        Scalars min = name == "clamp_max" ? new Scalars(double.NegativeInfinity) : first;
        Scalars max = name switch
        {
            "clamp" => evaluator.EvaluateScalar(call.Arguments[2], grid),
            "clamp_max" => first,
            _ => new Scalars(double.PositiveInfinity),
        };
        evaluator.StreamRenamed(
            call.Arguments[0],
            grid,
            column => Map(column, (value, step) => max[step] < min[step]
                ? Column.Absent
                : Extremes.Max(min[step], Extremes.Min(max[step], value))) && column.HasAny(),
            sink);
    }

    private void StreamRounded(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        Scalars nearest = call.Arguments.Count > 1
            ? evaluator.EvaluateScalar(call.Arguments[1], grid)
            : new Scalars(1);
        evaluator.StreamRenamed(
            call.Arguments[0],
            grid,
            column => Map(column, (value, step) =>
            {
                double inverse = 1 / nearest[step];
                return Math.Floor((value * inverse) + 0.5) / inverse;
            }),
            sink);
    }

    private void StreamTimestamps(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        bool isStart = call.Function.Name == "start_timestamp";
        if (call.Arguments[0].Unwrap() is VectorSelector selector)
        {
            if (isStart && !state.Options.StartTimestamps) return;
            InstantMode mode = isStart ? InstantMode.StartTimestamp : InstantMode.Timestamp;
            StreamSelectedTimestamps(selector, grid, mode, sink);
            return;
        }

        // Only a selected sample knows when its counter started; computed ones have the time of their step.
        if (isStart) return;
        evaluator.StreamRenamed(
            call.Arguments[0],
            grid,
            column =>
            {
                for (int step = 0; step < grid.Count; step++)
                {
                    if (column.Has(step)) column.Set(step, new Sample(grid[step] / 1000.0));
                }

                column.Histograms = null;
                return true;
            },
            sink);
    }

    private void StreamSelectedTimestamps(VectorSelector selector, StepGrid grid, InstantMode mode, Action<Column> sink)
    {
        bool mayMeet = !state.Options.DelayedNameRemoval && !NameKnowledge.HasOneName(selector);
        List<Column>? collected = mayMeet ? [] : null;
        InstantSelector.Stream(selector, grid, mode, state, column =>
        {
            state.DropName(column);
            if (collected is null) sink(column);
            else collected.Add(column);
        });
        if (collected is null) return;
        foreach (Column column in ColumnMerging.Merge(collected, state)) sink(column);
    }

    private void StreamSorted(CallExpr call, StepGrid grid, Action<Column> sink)
    {
        if (!state.Query.IsInstant && grid.Count > 1) state.Annotate(Notes.SortInRangeQuery(call.Range));
        List<Column> columns = evaluator.Evaluate(call.Arguments[0], grid);
        foreach (Column column in SortFunctions.Sort(call, columns, grid.Count == 1)) sink(column);
    }
}
