using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary><c>count</c> and <c>group</c>, of samples of any kind.</summary>
internal sealed class CountTotal(Labels labels, AggregateExpr expr, StepGrid grid, QueryState state)
    : GroupTotal(labels, expr, grid, state)
{
    private readonly Column counts = state.NewColumn(labels, grid.Count);

    public override void Add(Column column)
    {
        bool isGroup = Expr.Operator == AggregateOperator.Group;
        double[] totals = counts.Values;
        for (int step = 0; step < totals.Length; step++)
        {
            if (!column.Has(step)) continue;
            totals[step] = isGroup || Column.IsAbsent(totals[step]) ? 1 : totals[step] + 1;
        }
    }

    public override Column? Finish() => Result(counts);
}
