using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Evaluation;

/// <summary>Makes one series of columns with the same labels, as long as no step has two.</summary>
internal static class ColumnMerging
{
    /// <exception cref="QueryException">Two columns with the same labels have a sample at the same step.</exception>
    public static List<Column> Merge(List<Column> columns, QueryState state)
    {
        if (columns.Count < 2) return columns;
        var byLabels = new Dictionary<Labels, Column>(columns.Count);
        var merged = new List<Column>(columns.Count);
        foreach (Column column in columns)
        {
            if (byLabels.TryGetValue(column.Labels, out Column? first))
            {
                Add(first, column);
                state.Recycle(column);
            }
            else
            {
                byLabels.Add(column.Labels, column);
                merged.Add(column);
            }
        }

        return merged;
    }

    private static void Add(Column to, Column from)
    {
        for (int step = 0; step < from.Values.Length; step++)
        {
            if (!from.Has(step)) continue;
            if (to.Has(step)) throw QueryException.SameLabels();
            to.Set(step, from.At(step));
        }
    }
}
