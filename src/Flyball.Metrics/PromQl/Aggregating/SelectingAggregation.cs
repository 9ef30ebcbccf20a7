using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary>
/// <c>topk</c>, <c>bottomk</c> and <c>limitk</c>: keep up to k series of each group, chosen anew at each step.
/// </summary>
internal sealed class SelectingAggregation(AggregateExpr expr, StepGrid grid, QueryState state)
{
    private readonly List<Column> columns = [];
    private readonly List<int> groupOf = [];
    private readonly Dictionary<Labels, int> groups = [];

    private bool IsLimit => expr.Operator == AggregateOperator.LimitK;

    public void Stream(Evaluator evaluator, Action<Column> sink)
    {
        Scalars limits = evaluator.EvaluateScalar(expr.Parameter!, grid);
        var grouping = new Grouping(expr);
        evaluator.Stream(expr.Inner, grid, column =>
        {
            Labels key = grouping.Of(column.Labels);
            if (!groups.TryGetValue(key, out int group)) groups.Add(key, group = groups.Count);
            columns.Add(column);
            groupOf.Add(group);
        });
        if (!CheckLimits(limits)) return;
        if (grid.Count == 1) EmitInstant(limits[0], sink);
        else EmitRange(limits, sink);
    }

    /// <summary>False when no step keeps anything.</summary>
    private bool CheckLimits(Scalars limits)
    {
        double min = double.MaxValue, max = double.MinValue;
        bool anyNaN = false;
        for (int step = 0; step < (limits.IsConstant ? 1 : grid.Count); step++)
        {
            anyNaN |= double.IsNaN(limits[step]);
            if (limits[step] < min) min = limits[step];
            if (limits[step] > max) max = limits[step];
        }

        if (max < 1 && !(anyNaN && limits.IsConstant)) return false;
        if (anyNaN) throw new QueryException("Parameter value is NaN");
        if (min <= long.MinValue)
            throw new QueryException($"Scalar value {GoNumber.Short(min)} underflows int64");
        if (max >= long.MaxValue)
            throw new QueryException($"Scalar value {GoNumber.Short(max)} overflows int64");
        return true;
    }

    private void EmitInstant(double limit, Action<Column> sink)
    {
        foreach (IEnumerable<int> chosen in Choose(0, limit, inOrder: true))
        {
            foreach (int index in chosen) sink(columns[index]);
        }
    }

    private void EmitRange(Scalars limits, Action<Column> sink)
    {
        var keeps = new bool[columns.Count];
        for (int step = 0; step < grid.Count; step++)
        {
            Array.Clear(keeps);
            foreach (IEnumerable<int> chosen in Choose(step, limits[step], inOrder: false))
            {
                foreach (int index in chosen) keeps[index] = true;
            }

            for (int i = 0; i < keeps.Length; i++)
            {
                if (!keeps[i]) columns[i].Clear(step);
            }
        }

        foreach (Column column in columns)
        {
            if (column.HasAny()) sink(column);
            else state.Recycle(column);
        }
    }

    /// <summary>The chosen series of each group at a step.</summary>
    private IEnumerable<int>[] Choose(int step, double limitValue, bool inOrder)
    {
        long limit = Math.Min((long)limitValue, columns.Count);
        if (limit < 1) return [];
        return IsLimit ? ChooseFirst(step, limit) : ChooseBest(step, limit, inOrder);
    }

    private IEnumerable<int>[] ChooseFirst(int step, long limit)
    {
        List<int>[] chosen = [.. groups.Select(_ => new List<int>())];
        for (int i = 0; i < columns.Count; i++)
        {
            List<int> group = chosen[groupOf[i]];
            if (group.Count < limit && columns[i].Has(step)) group.Add(i);
        }

        return chosen;
    }

    private IEnumerable<int>[] ChooseBest(int step, long limit, bool inOrder)
    {
        ValueHeap[] heaps = [.. groups.Select(_ => new ValueHeap(expr.Operator == AggregateOperator.TopK))];
        for (int i = 0; i < columns.Count; i++)
        {
            Column column = columns[i];
            if (column.Histograms?[step] is not null)
                state.Annotate(Notes.HistogramIgnored(expr.Operator.Name(), expr.Range));
            else if (!Column.IsAbsent(column.Values[step]))
                heaps[groupOf[i]].Offer(column.Values[step], i, limit);
        }

        return [.. heaps.Select(heap => inOrder ? heap.BestFirst() : heap.Series)];
    }
}
