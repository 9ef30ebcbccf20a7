using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary>
/// Evaluates aggregations. Those that only need totals take each series as it comes and keep a few numbers a step and
/// group; the others see all series.
/// </summary>
internal sealed class AggregateEvaluator(Evaluator evaluator, QueryState state)
{
    public void Stream(AggregateExpr expr, StepGrid grid, Action<Column> sink)
    {
        switch (expr.Operator)
        {
            case AggregateOperator.TopK or AggregateOperator.BottomK or AggregateOperator.LimitK:
                new SelectingAggregation(expr, grid, state).Stream(evaluator, sink);
                break;
            case AggregateOperator.LimitRatio:
                new RatioAggregation(expr, grid, state).Stream(evaluator, sink);
                break;
            case AggregateOperator.CountValues:
                new ValueCounting(expr, grid, state).Stream(evaluator, sink);
                break;
            default:
                StreamTotals(expr, grid, sink);
                break;
        }
    }

    private void StreamTotals(AggregateExpr expr, StepGrid grid, Action<Column> sink)
    {
        Scalars parameter = expr.Parameter is null ? default : evaluator.EvaluateScalar(expr.Parameter, grid);
        if (expr.Operator == AggregateOperator.Quantile) NoteBadQuantiles(parameter, expr, grid);
        var grouping = new Grouping(expr);
        var groups = new Dictionary<Labels, GroupTotal>();
        var ordered = new List<GroupTotal>();
        evaluator.Stream(expr.Inner, grid, column =>
        {
            Labels key = grouping.Of(column.Labels);
            if (!groups.TryGetValue(key, out GroupTotal? group))
            {
                group = NewTotal(expr, key, grid, parameter);
                groups.Add(key, group);
                ordered.Add(group);
            }

            group.DropsName |= column.DropsName;
            group.Add(column);
            if (!group.KeepsColumns) state.Recycle(column);
        });
        foreach (GroupTotal group in ordered)
        {
            if (group.Finish() is not { } column) continue;
            column.DropsName = group.DropsName;
            sink(column);
        }
    }

    private GroupTotal NewTotal(AggregateExpr expr, Labels key, StepGrid grid, Scalars parameter) =>
        expr.Operator switch
        {
            AggregateOperator.Sum => new SumTotal(key, expr, grid, state),
            AggregateOperator.Avg => new AverageTotal(key, expr, grid, state),
            AggregateOperator.Min or AggregateOperator.Max => new ExtremeTotal(key, expr, grid, state),
            AggregateOperator.Count or AggregateOperator.Group => new CountTotal(key, expr, grid, state),
            AggregateOperator.Stddev or AggregateOperator.Stdvar => new VarianceTotal(key, expr, grid, state),
            _ => new QuantileTotal(key, expr, grid, parameter, state),
        };

    private void NoteBadQuantiles(Scalars quantile, AggregateExpr expr, StepGrid grid)
    {
        double min = double.MaxValue, max = double.MinValue;
        bool anyNaN = false;
        for (int step = 0; step < (quantile.IsConstant ? 1 : grid.Count); step++)
        {
            anyNaN |= double.IsNaN(quantile[step]);
            if (quantile[step] < min) min = quantile[step];
            if (quantile[step] > max) max = quantile[step];
        }

        if (anyNaN) state.Annotate(Notes.InvalidQuantile(double.NaN, expr.ParameterRange));
        if (max > 1) state.Annotate(Notes.InvalidQuantile(max, expr.ParameterRange));
        if (min < 0) state.Annotate(Notes.InvalidQuantile(min, expr.ParameterRange));
    }
}
