using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>Orders the series of an instant query.</summary>
internal static class SortFunctions
{
    public static IEnumerable<Column> Sort(CallExpr call, List<Column> columns, bool isInstant)
    {
        bool isDescending = call.Function.Name.EndsWith("_desc", StringComparison.Ordinal);
        if (call.Function.Name.StartsWith("sort_by_label", StringComparison.Ordinal))
        {
            string[] names = [.. call.Arguments.Skip(1).Select(one => ((StringLiteral)one.Unwrap()).Value)];
            var byLabels = Comparer<Column>.Create((a, b) => CompareLabels(a, b, names));
            return isDescending ? columns.OrderDescending(byLabels) : columns.Order(byLabels);
        }

        foreach (Column column in columns) column.Histograms = null;
        IEnumerable<Column> floats = columns.Where(column => column.HasAny());
        if (!isInstant) return floats;

        // NaN comes last either way.
        return isDescending
            ? floats.OrderBy(column => double.IsNaN(column.Values[0])).ThenByDescending(column => column.Values[0])
            : floats.OrderBy(column => double.IsNaN(column.Values[0])).ThenBy(column => column.Values[0]);
    }

    private static int CompareLabels(Column left, Column right, string[] names)
    {
        foreach (string name in names)
        {
            string a = left.Labels.Get(name), b = right.Labels.Get(name);
            if (a != b) return NaturalOrder.IsLess(a, b) ? -1 : 1;
        }

        return left.Labels.CompareTo(right.Labels);
    }
}
