using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>
/// The histograms in a vector: native ones by series, classic ones by the labels that their bucket series share. Found
/// once for all steps, bounds in order.
/// </summary>
internal sealed class HistogramGroups
{
    private readonly Dictionary<Labels, ClassicGroup> byLabels = [];

    public HistogramGroups(List<Column> columns, TextRange range, QueryState state)
    {
        foreach (Column column in columns)
        {
            if (column.Histograms is not null) Natives.Add(column);
            if (!Array.TrueForAll(column.Values, Column.IsAbsent)) AddClassic(column, range, state);
        }

        foreach (ClassicGroup group in Classics) group.Sort();
        foreach (Column native in Natives) DropWhereMixed(native, range, state);
    }

    public List<Column> Natives { get; } = [];

    public List<ClassicGroup> Classics { get; } = [];

    private void AddClassic(Column column, TextRange range, QueryState state)
    {
        string text = column.Labels.Get(LabelNames.BucketBound);
        if (Numbers.TryParseFloat(text) is not { } bound)
        {
            string metric = state.Options.DelayedNameRemoval ? column.Labels.MetricName : "";
            state.Annotate(Notes.BadBucketLabel(metric, text, range));
            return;
        }

        Labels labels = column.Labels.Where(static name => name != LabelNames.BucketBound);
        if (!byLabels.TryGetValue(labels, out ClassicGroup? group))
        {
            byLabels.Add(labels, group = new ClassicGroup(labels));
            Classics.Add(group);
        }

        group.DropsName |= column.DropsName;
        group.Add(bound, column);
    }

    /// <summary>A step with a native and a classic histogram of the same labels has neither.</summary>
    private void DropWhereMixed(Column native, TextRange range, QueryState state)
    {
        if (!byLabels.TryGetValue(native.Labels, out ClassicGroup? group)) return;
        for (int step = 0; step < native.Values.Length; step++)
        {
            if (native.Histograms![step] is null || !group.HasAny(step)) continue;
            string metric = state.Options.DelayedNameRemoval ? native.Labels.MetricName : "";
            state.Annotate(Notes.MixedClassicAndNative(metric, range));
            native.Histograms[step] = null;
            group.Clear(step);
        }
    }
}
