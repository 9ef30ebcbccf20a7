using System.Globalization;
using System.Text;
using Flyball.Contracts.Metrics;

namespace Flyball.Discovery.Sidecar.Showing;

/// <summary>Samples in Prometheus' text format 0.0.4: pure.</summary>
internal static class MetricsText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const string NameLabel = "__name__";

    public static string Of(MetricBatch batch)
    {
        ILookup<string, int> series = Enumerable.Range(0, batch.SeriesCount).ToLookup(index => Name(batch, index));
        var text = new StringBuilder();
        foreach (MetricDescription about in batch.Descriptions.OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            if (!series.Contains(about.Name)) continue;
            string type = about.Type == "histogram" ? "summary" : about.Type;
            text.Append(CultureInfo.InvariantCulture, $"# HELP {about.Name} {Escape(about.Help, quotes: false)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {about.Name} {type}\n");
            foreach (int index in series[about.Name]) Append(text, batch, index, about.Name);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, MetricBatch batch, int index, string name)
    {
        string labels = Labels(batch, index);
        foreach ((_, double value) in batch.Samples(index)) Append(text, name, labels, value);
        // This format has no native histograms: what they sum up to is told.
        foreach ((_, MetricHistogram value) in batch.Histograms(index))
        {
            Append(text, name + "_count", labels, value.Count);
            Append(text, name + "_sum", labels, value.Sum);
        }
    }

    private static void Append(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels).Append(' ')
            .Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private static string Name(MetricBatch batch, int index)
    {
        foreach (ref readonly MetricLabel label in batch.Labels(index))
        {
            if (label.Name == NameLabel) return label.Value;
        }

        return "";
    }

    private static string Labels(MetricBatch batch, int index)
    {
        var text = new StringBuilder();
        foreach (ref readonly MetricLabel label in batch.Labels(index))
        {
            if (label.Name == NameLabel) continue;
            text.Append(text.Length == 0 ? '{' : ',').Append(label.Name).Append("=\"")
                .Append(Escape(label.Value, quotes: true)).Append('"');
        }

        return text.Length == 0 ? "" : text.Append('}').ToString();
    }

    private static string Escape(string value, bool quotes)
    {
        string plain = value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? plain.Replace("\"", "\\\"", StringComparison.Ordinal) : plain;
    }
}
