using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>Finds exemplars by time and by their series' labels.</summary>
internal static class ExemplarReader
{
    /// <param name="parts">The store's parts.</param>
    /// <param name="range">Their times.</param>
    /// <param name="selectors">Their series match one of these.</param>
    /// <returns>In the order of the series' labels, those of a series by time.</returns>
    public static IReadOnlyList<ExemplarSeries> Select(
        StoreParts parts, TimeRange range, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors)
    {
        var bySource = new Dictionary<ExemplarSource, List<BatchExemplar>>();
        lock (parts.Head.Gate)
        {
            foreach ((ExemplarSource source, BatchExemplar exemplar) in parts.Exemplars.All())
            {
                if (!range.Contains(exemplar.TimestampMs)) continue;
                if (!bySource.TryGetValue(source, out List<BatchExemplar>? list)) bySource.Add(source, list = []);
                list.Add(exemplar);
            }
        }

        var found = new List<ExemplarSeries>();
        foreach ((ExemplarSource source, List<BatchExemplar> exemplars) in bySource)
        {
            Labels labels = source.Labels;
            if (!selectors.Any(matchers => matchers.All(matcher => matcher.Matches(labels.Get(matcher.Name)))))
                continue;
            // Imported ones may have come after newer ones.
            exemplars.Sort(static (a, b) => a.TimestampMs.CompareTo(b.TimestampMs));
            found.Add(new ExemplarSeries(labels, exemplars));
        }

        return [.. found.OrderBy(series => series.Labels)];
    }
}
