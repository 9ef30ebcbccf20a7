using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary><c>min</c> and <c>max</c>; NaN only when there is nothing else.</summary>
internal sealed class ExtremeTotal(Labels labels, AggregateExpr expr, StepGrid grid, QueryState state)
    : GroupTotal(labels, expr, grid, state)
{
    private readonly Column best = state.NewColumn(labels, grid.Count);

    public override void Add(Column column)
    {
        IgnoreHistograms(column);
        bool isMax = Expr.Operator == AggregateOperator.Max;
        double[] values = column.Values, bests = best.Values;
        for (int step = 0; step < values.Length; step++)
        {
            double value = values[step];
            if (Column.IsAbsent(value)) continue;
            bool isBetter = isMax ? value > bests[step] : value < bests[step];
            if (isBetter || double.IsNaN(bests[step])) bests[step] = value;
        }
    }

    public override Column? Finish() => Result(best);
}
