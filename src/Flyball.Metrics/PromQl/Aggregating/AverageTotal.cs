using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Ranges;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary><c>avg</c></summary>
internal sealed class AverageTotal : GroupTotal
{
    private readonly Column result;
    private readonly FloatAverage[] averages;
    private readonly GroupHistograms histograms;

    public AverageTotal(Labels labels, AggregateExpr expr, StepGrid grid, QueryState state)
        : base(labels, expr, grid, state)
    {
        result = state.NewColumn(labels, grid.Count);
        averages = new FloatAverage[grid.Count];
        histograms = new GroupHistograms(expr, grid, isAverage: true, state);
    }

    public override void Add(Column column)
    {
        double[] values = column.Values, seen = result.Values;
        for (int step = 0; step < values.Length; step++)
        {
            double value = values[step];
            if (Column.IsAbsent(value) || histograms.IsBroken(step)) continue;
            if (Column.IsAbsent(seen[step]))
            {
                averages[step] = new FloatAverage(value);
                seen[step] = 0;
            }
            else
            {
                averages[step].Add(value);
            }
        }

        histograms.Add(column, seen);
    }

    public override Column? Finish()
    {
        double[] values = result.Values;
        for (int step = 0; step < values.Length; step++)
        {
            if (!Column.IsAbsent(values[step])) values[step] = averages[step].Result;
        }

        histograms.Finish(result);
        return Result(result);
    }
}
