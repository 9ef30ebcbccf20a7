using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary><c>stddev</c> and <c>stdvar</c> by Welford's recurrence.</summary>
internal sealed class VarianceTotal(Labels labels, AggregateExpr expr, StepGrid grid, QueryState state)
    : GroupTotal(labels, expr, grid, state)
{
    private readonly Column squares = state.NewColumn(labels, grid.Count);
    private readonly double[] means = new double[grid.Count];
    private readonly double[] counts = new double[grid.Count];

    public override void Add(Column column)
    {
        IgnoreHistograms(column);
        for (int step = 0; step < means.Length; step++)
        {
            double value = column.Values[step];
            if (Column.IsAbsent(value)) continue;
            counts[step]++;
            if (counts[step] == 1)
            {
                means[step] = value;
                squares.Values[step] = double.IsFinite(value) ? 0 : SpecialValues.NormalNaN;
                continue;
            }

            double delta = value - means[step];
            means[step] += delta / counts[step];
            squares.Values[step] += delta * (value - means[step]);
        }
    }

    public override Column? Finish()
    {
        double[] values = squares.Values;
        for (int step = 0; step < values.Length; step++)
        {
            if (Column.IsAbsent(values[step])) continue;
            values[step] /= counts[step];
            if (Expr.Operator == AggregateOperator.Stddev) values[step] = Math.Sqrt(values[step]);
        }

        return Result(squares);
    }
}
