using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Aggregating;
using Flyball.Metrics.PromQl.Functions;
using Flyball.Metrics.PromQl.Matching;
using Flyball.Metrics.PromQl.Selecting;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>
/// Evaluates an expression over all steps at once, series by series: what comes out of a selector flows through
/// functions into an aggregation without ever being all in memory, unless something needs to see all series.
/// </summary>
internal sealed class Evaluator
{
    private readonly QueryState state;
    private readonly ScalarEvaluator scalars;
    private readonly FunctionEvaluator functions;
    private readonly AggregateEvaluator aggregates;
    private readonly BinaryEvaluator binaries;

    public Evaluator(QueryState state)
    {
        this.state = state;
        scalars = new ScalarEvaluator(this, state);
        functions = new FunctionEvaluator(this, state);
        aggregates = new AggregateEvaluator(this, state);
        binaries = new BinaryEvaluator(this, state);
    }

    /// <summary>All series of a vector expression, in the order that an instant query returns them.</summary>
    public List<Column> Evaluate(Expr expr, StepGrid grid)
    {
        var columns = new List<Column>();
        Stream(expr, grid, columns.Add);
        return columns;
    }

    public Scalars EvaluateScalar(Expr expr, StepGrid grid) => scalars.Evaluate(expr, grid);

    /// <summary>Gives each series of a vector expression to a sink, which owns it from then on.</summary>
    public void Stream(Expr expr, StepGrid grid, Action<Column> sink)
    {
        state.CheckTime();
        if (grid.Count == 0) return;
        expr = expr.Unwrap();
        if (grid.Count > 1 && Invariance.IsFixed(expr))
        {
            Stream(expr, StepGrid.Instant(grid.StartMs), column => sink(Spread(column, grid.Count)));
            return;
        }

        switch (expr)
        {
            case VectorSelector selector:
                InstantSelector.Stream(selector, grid, InstantMode.Sample, state, sink);
                break;
            case UnaryExpr { IsNegative: true } unary:
                StreamRenamed(unary.Inner, grid, Negate, sink);
                break;
            case UnaryExpr unary:
                Stream(unary.Inner, grid, sink);
                break;
            case AggregateExpr aggregate:
                aggregates.Stream(aggregate, grid, sink);
                break;
            case BinaryExpr binary:
                binaries.Stream(binary, grid, sink);
                break;
            case CallExpr call:
                functions.Stream(call, grid, sink);
                break;
            default:
                throw new ArgumentException($"BUG: a {expr.GetType().Name} is no vector.", nameof(expr));
        }
    }

    /// <summary>
    /// Streams through a change that makes another metric of each series; the change says whether anything is left.
    /// Series that have the same labels without their names become one, unless they meet at a step.
    /// </summary>
    public void StreamRenamed(Expr inner, StepGrid grid, Func<Column, bool> change, Action<Column> sink)
    {
        bool mayMeet = !state.Options.DelayedNameRemoval && !NameKnowledge.HasOneName(inner);
        List<Column>? collected = mayMeet ? [] : null;
        Stream(inner, grid, column =>
        {
            if (!change(column))
            {
                state.Recycle(column);
                return;
            }

            state.DropName(column);
            if (collected is null) sink(column);
            else collected.Add(column);
        });
        if (collected is null) return;
        foreach (Column column in ColumnMerging.Merge(collected, state)) sink(column);
    }

    private static bool Negate(Column column)
    {
        for (int step = 0; step < column.Values.Length; step++)
        {
            if (!Column.IsAbsent(column.Values[step])) column.Values[step] = -column.Values[step];
            if (column.Histograms?[step] is { } histogram)
                column.Histograms[step] = HistogramArithmetic.Multiply(histogram, -1);
        }

        return true;
    }

    private Column Spread(Column single, int steps)
    {
        Column column = state.NewColumn(single.Labels, steps);
        column.DropsName = single.DropsName;
        Sample sample = single.At(0);
        state.Recycle(single);
        if (sample.Histogram is null)
        {
            Array.Fill(column.Values, sample.Value);
        }
        else
        {
            column.Histograms = new Model.NativeHistogram?[steps];
            Array.Fill(column.Histograms, sample.Histogram);
        }

        return column;
    }
}
