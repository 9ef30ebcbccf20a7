using System.Globalization;
using System.Text;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Ingestion.Tests;

/// <summary>A batch with plain labels as text: a line for each series and each metadata entry.</summary>
internal static class BatchText
{
    public static string Describe(SampleBatch batch)
    {
        var text = new StringBuilder();
        for (int index = 0; index < batch.SeriesCount; index++)
        {
            BatchSeries series = batch.Series[index];
            string labels = PlainLabels.TryRead(batch.LabelBytes(in series), out Labels set) ? set.ToString() : "?";
            var parts = new List<string>();
            for (int at = series.FirstSample; at < batch.EndOfSamples(index); at++)
                parts.Add(GoNumber.Short(batch.Value(at)) + Times(batch.TimestampMs(at), batch.StartMs(at)));
            for (int at = series.FirstHistogram; at < batch.EndOfHistograms(index); at++)
            {
                BatchHistogram entry = batch.Histograms[at];
                string shown = entry.Histogram.IsStale ? "stale"
                    : HistogramCodec.IsWellFormed(entry.Histogram) ? HistogramText.Describe(entry.Histogram)
                    : "malformed";
                parts.Add(shown + Times(entry.TimestampMs, entry.StartMs));
            }

            text.Append(labels).Append(' ').AppendJoin(", ", parts);
            for (int at = series.FirstExemplar; at < batch.EndOfExemplars(index); at++)
            {
                BatchExemplar exemplar = batch.Exemplars[at];
                text.Append(
                    CultureInfo.InvariantCulture,
                    $" # {exemplar.Labels} {GoNumber.Short(exemplar.Value)} @{exemplar.TimestampMs}");
            }

            text.Append('\n');
        }

        foreach (MetricMetadata entry in batch.Metadata)
            text.Append(CultureInfo.InvariantCulture, $"{entry.Name} {entry.Type} {entry.Help} {entry.Unit}\n");
        return text.ToString();
    }

    private static string Times(long timestampMs, long startMs) =>
        string.Create(CultureInfo.InvariantCulture, $" @{timestampMs}")
        + (startMs == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" since {startMs}"));
}
