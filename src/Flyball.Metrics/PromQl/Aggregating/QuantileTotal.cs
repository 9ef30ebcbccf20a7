using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Ranges;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary><c>quantile</c>: needs all values of a step at once, so it keeps the series.</summary>
internal sealed class QuantileTotal(
    Labels labels, AggregateExpr expr, StepGrid grid, Scalars quantile, QueryState state)
    : GroupTotal(labels, expr, grid, state)
{
    private readonly List<Column> columns = [];

    public override bool KeepsColumns => true;

    public override void Add(Column column)
    {
        IgnoreHistograms(column);
        columns.Add(column);
    }

    public override Column? Finish()
    {
        Column result = State.NewColumn(Labels, Steps);
        var values = new double[columns.Count];
        for (int step = 0; step < Steps; step++)
        {
            int count = 0;
            foreach (Column column in columns)
            {
                if (!Column.IsAbsent(column.Values[step])) values[count++] = column.Values[step];
            }

            if (count > 0) result.Values[step] = Quantiles.Of(quantile[step], values.AsSpan(0, count));
        }

        foreach (Column column in columns) State.Recycle(column);
        return Result(result);
    }
}
