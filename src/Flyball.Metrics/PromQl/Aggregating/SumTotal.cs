using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary><c>sum</c>: compensated sums of floats, or of histograms.</summary>
internal sealed class SumTotal : GroupTotal
{
    private readonly Column sums;
    private readonly double[] lost;
    private readonly GroupHistograms histograms;

    public SumTotal(Labels labels, AggregateExpr expr, StepGrid grid, QueryState state)
        : base(labels, expr, grid, state)
    {
        sums = state.NewColumn(labels, grid.Count);
        lost = state.NewArray(grid.Count);
        histograms = new GroupHistograms(expr, grid, isAverage: false, state);
    }

    public override void Add(Column column)
    {
        double[] values = column.Values, totals = sums.Values;
        for (int step = 0; step < values.Length; step++)
        {
            double value = values[step];
            if (Column.IsAbsent(value) || histograms.IsBroken(step)) continue;
            if (Column.IsAbsent(totals[step]))
            {
                totals[step] = value;
                lost[step] = 0;
                continue;
            }

            var sum = new CompensatedSum(totals[step], lost[step]);
            sum.Add(value);
            totals[step] = sum.Sum;
            lost[step] = sum.Lost;
        }

        histograms.Add(column, totals);
    }

    public override Column? Finish()
    {
        double[] totals = sums.Values;
        for (int step = 0; step < totals.Length; step++)
        {
            if (!Column.IsAbsent(totals[step])) totals[step] += lost[step];
        }

        State.Release(lost.Length);
        histograms.Finish(sums);
        return Result(sums);
    }
}
