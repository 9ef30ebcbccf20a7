using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Matching;

/// <summary>The labels by which series of two vectors find each other.</summary>
internal sealed class SeriesMatching(VectorMatching matching)
{
    private readonly HashSet<string> names = [.. matching.Labels];

    /// <summary>The labels that are compared.</summary>
    public Labels KeyOf(Labels labels) => matching.IsOn
        ? labels.Where(names.Contains)
        : labels.Where(name => name != LabelNames.MetricName && !names.Contains(name));

    /// <summary>The series of each match group, groups in the order of their first series.</summary>
    public Dictionary<Labels, List<Column>> Group(List<Column> columns)
    {
        var groups = new Dictionary<Labels, List<Column>>(columns.Count);
        foreach (Column column in columns)
        {
            Labels key = KeyOf(column.Labels);
            if (!groups.TryGetValue(key, out List<Column>? group)) groups.Add(key, group = []);
            group.Add(column);
        }

        return groups;
    }

    /// <summary>
    /// The labels of a result: of the many side, or of both sides' common ones, and what is included.
    /// </summary>
    public Labels ResultLabels(Labels many, Labels one, bool changesMetric)
    {
        Labels labels = changesMetric ? many.WithoutMetricName(andTypeAndUnit: true) : many;
        if (matching.Cardinality == Cardinality.OneToOne)
        {
            labels = matching.IsOn
                ? labels.Where(names.Contains)
                : labels.Where(name => !names.Contains(name));
        }

        foreach (string name in matching.Include) labels = labels.With(name, one.Get(name));
        return labels;
    }
}
