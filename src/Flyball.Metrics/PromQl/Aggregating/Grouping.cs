using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary>Which group a series belongs to, as the labels of the group.</summary>
internal sealed class Grouping(AggregateExpr expr)
{
    private readonly HashSet<string> names = [.. expr.Grouping];

    /// <summary>Also keeps a label that the aggregation adds itself.</summary>
    public void Keep(string name) => names.Add(name);

    public Labels Of(Labels labels)
    {
        if (expr.IsWithout) return labels.Where(name => name != LabelNames.MetricName && !names.Contains(name));
        return names.Count == 0 ? Labels.Empty : labels.Where(names.Contains);
    }
}
