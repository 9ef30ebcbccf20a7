using System.Globalization;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>
/// Joins series with info series, whose values are the timestamps of their samples: of several for the same series
/// and step, the newest counts.
/// </summary>
internal sealed class InfoJoining
{
    private readonly Dictionary<Labels, List<Column>> byIdentity = [];
    private readonly string[] names;
    private readonly LabelMatcher[] data;
    private readonly HashSet<string> dataNames;
    private readonly string[] identifying;
    private readonly StepGrid grid;
    private readonly QueryState state;

    public InfoJoining(
        List<Column> infos, LabelMatcher[] data, string[] identifying, StepGrid grid, QueryState state)
    {
        this.data = data;
        this.identifying = identifying;
        this.grid = grid;
        this.state = state;
        dataNames = [.. data.Select(matcher => matcher.Name)];
        names = [.. infos.Select(info => info.Labels.MetricName).Distinct().Order(ByteOrder.Instance)];
        foreach (Column info in infos)
        {
            Labels identity = IdentityOf(info.Labels, info.Labels.MetricName);
            if (!byIdentity.TryGetValue(identity, out List<Column>? group)) byIdentity.Add(identity, group = []);
            group.Add(info);
        }
    }

    /// <summary>Adds the series with the labels that it has at each step; often one, more when infos change.</summary>
    public void Join(Column column, List<Column> results)
    {
        List<Column>?[] candidates =
            [.. names.Select(name => byIdentity.GetValueOrDefault(IdentityOf(column.Labels, name)))];
        var outputs = new Dictionary<Labels, Column>();
        Column?[] previous = new Column?[names.Length], chosen = new Column?[names.Length];
        Column? output = null;
        bool isFirst = true;
        for (int step = 0; step < grid.Count; step++)
        {
            if (!column.Has(step)) continue;
            for (int i = 0; i < chosen.Length; i++) chosen[i] = Newest(candidates[i], step);
            if (isFirst || !chosen.AsSpan().SequenceEqual(previous))
            {
                output = OutputFor(column, chosen, outputs, results);
                chosen.CopyTo(previous, 0);
                isFirst = false;
            }

            output?.Set(step, column.At(step));
        }

        state.Recycle(column);
    }

    private Labels IdentityOf(Labels labels, string metric) =>
        labels.Where(name => Array.IndexOf(identifying, name) >= 0).With(LabelNames.MetricName, metric);

    private static Column? Newest(List<Column>? candidates, int step)
    {
        Column? newest = null;
        foreach (Column candidate in candidates ?? [])
        {
            double time = candidate.Values[step];
            if (Column.IsAbsent(time)) continue;
            if (newest is not null && newest.Values[step] == time) throw Duplicate(newest, candidate, time);
            if (newest is null || newest.Values[step] < time) newest = candidate;
        }

        return newest;
    }

    private static QueryException Duplicate(Column one, Column two, double time) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"found duplicate series for info metric: existing {one.Labels} @ {(long)time}, "
        + $"new {two.Labels} @ {(long)time}"));

    private Column? OutputFor(
        Column column, Column?[] chosen, Dictionary<Labels, Column> outputs, List<Column> results)
    {
        bool foundNone = Array.TrueForAll(chosen, static info => info is null);
        if (foundNone && Array.Exists(data, matcher => !matcher.MatchesEmpty)) return null;
        Labels labels = Combine(column.Labels, chosen);
        if (outputs.TryGetValue(labels, out Column? known)) return known;
        Column created = state.NewColumn(labels, grid.Count);
        created.DropsName = column.DropsName;
        outputs.Add(labels, created);
        results.Add(created);
        return created;
    }

    private Labels Combine(Labels labels, Column?[] chosen)
    {
        var added = new LabelsBuilder();
        foreach (Column? info in chosen)
        {
            if (info is null) continue;
            foreach (Label label in info.Labels.Items)
            {
                if (label.Name == LabelNames.MetricName) continue;
                if (dataNames.Count > 0 && !dataNames.Contains(label.Name)) continue;
                string before = added.Get(label.Name);
                if (before.Length > 0 && before != label.Value)
                    throw new QueryException($"conflicting label: {label.Name}");
                if (!labels.Has(label.Name)) added.Set(label.Name, label.Value);
            }
        }

        var result = new LabelsBuilder(labels);
        foreach (Label label in added.ToLabels().Items) result.Set(label.Name, label.Value);
        return result.ToLabels();
    }
}
