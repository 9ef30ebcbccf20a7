using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>Finds exemplars by time and by their series' labels.</summary>
internal static class ExemplarReader
{
    /// <param name="parts">The store's parts.</param>
    /// <param name="range">Their times.</param>
    /// <param name="selectors">Their series match one of these.</param>
    /// <returns>In the order of the series' labels.</returns>
    public static IReadOnlyList<ExemplarSeries> Select(
        StoreParts parts, TimeRange range, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors)
    {
        var bySeries = new Dictionary<int, List<BatchExemplar>>();
        var found = new List<ExemplarSeries>();
        var canonical = new ByteBuffer();
        lock (parts.Head.Gate)
        {
            foreach (ExemplarStore.Entry entry in parts.Exemplars.All())
            {
                if (!range.Contains(entry.Exemplar.TimestampMs)) continue;
                if (parts.Head.Series[entry.Series].Id != entry.SeriesId) continue;
                if (!bySeries.TryGetValue(entry.Series, out List<BatchExemplar>? list))
                    bySeries.Add(entry.Series, list = []);
                list.Add(entry.Exemplar);
            }

            foreach ((int series, List<BatchExemplar> exemplars) in bySeries)
            {
                canonical.Clear();
                parts.Head.Series.WriteLabels(series, canonical);
                Labels labels = Read(canonical.Written);
                if (selectors.Any(matchers => matchers.All(matcher => matcher.Matches(labels.Get(matcher.Name)))))
                    found.Add(new ExemplarSeries(labels, exemplars));
            }
        }

        return [.. found.OrderBy(series => series.Labels)];
    }

    private static Labels Read(ReadOnlySpan<byte> canonical)
    {
        var labels = new List<Label>();
        var reader = new ByteReader(canonical);
        while (reader.RemainingBytes > 0)
        {
            string name = Encoding.UTF8.GetString(reader.Sized());
            labels.Add(new Label(name, Encoding.UTF8.GetString(reader.Sized())));
        }

        return Labels.FromSorted([.. labels]);
    }
}
