using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary><c>count_values</c>: counts series by their value, which becomes a label.</summary>
internal sealed class ValueCounting(AggregateExpr expr, StepGrid grid, QueryState state)
{
    private readonly Dictionary<Labels, Column> counts = [];
    private readonly List<Column> ordered = [];
    private readonly Grouping grouping = new(expr);

    public void Stream(Evaluator evaluator, Action<Column> sink)
    {
        string label = ((StringLiteral)expr.Parameter!.Unwrap()).Value;
        if (!LabelNames.IsValid(label)) throw new QueryException($"invalid label name {Quoting.Quote(label)}");
        if (!expr.IsWithout) grouping.Keep(label);
        evaluator.Stream(expr.Inner, grid, column =>
        {
            Count(column, label);
            state.Recycle(column);
        });
        foreach (Column column in ordered) sink(column);
    }

    private void Count(Column column, string label)
    {
        Column? last = null;
        double lastValue = Column.Absent;
        for (int step = 0; step < column.Values.Length; step++)
        {
            if (!column.Has(step)) continue;
            Sample sample = column.At(step);
            bool isSame = last is not null && sample.Histogram is null
                && BitConverter.DoubleToInt64Bits(sample.Value) == BitConverter.DoubleToInt64Bits(lastValue);
            if (!isSame)
            {
                string value = sample.Histogram is null
                    ? GoNumber.Long(sample.Value)
                    : HistogramText.Describe(sample.Histogram);
                last = Find(grouping.Of(column.Labels.With(label, value)));
                lastValue = sample.Histogram is null ? sample.Value : Column.Absent;
            }

            double[] totals = last!.Values;
            totals[step] = Column.IsAbsent(totals[step]) ? 1 : totals[step] + 1;
        }
    }

    private Column Find(Labels key)
    {
        if (counts.TryGetValue(key, out Column? found)) return found;
        Column created = state.NewColumn(key, grid.Count);
        counts.Add(key, created);
        ordered.Add(created);
        return created;
    }
}
