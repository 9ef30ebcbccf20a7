using System.Globalization;
using System.Text;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Api.Federation;

/// <summary>
/// Writes samples in a text format. Histograms with buckets of their own become classic ones; exponential ones have no
/// text form and are left out.
/// </summary>
/// <param name="text">Takes the lines.</param>
/// <param name="format">How they look.</param>
/// <param name="added">Labels that series get which have none of that name.</param>
internal sealed class FederationWriter(
    StringBuilder text, FederationFormat format, IReadOnlyList<(string Name, string Value)> added)
{
    private string family = "";
    private bool wasHistogram;

    /// <summary>Samples that have no text form and were left out.</summary>
    public long Skipped { get; private set; }

    public void Write(FederatedSample sample)
    {
        string name = sample.Labels.MetricName;
        if (name.Length == 0) return;
        if (sample.Value.Histogram is not { } histogram)
        {
            BeginFamily(sample, isHistogram: false);
            WriteLine(name, "", sample, null, sample.Value.Value);
        }
        else if (histogram.UsesCustomBuckets)
        {
            BeginFamily(sample, isHistogram: true);
            WriteHistogram(name, sample, histogram);
        }
        else
        {
            Skipped++;
        }
    }

    public void End()
    {
        if (format.IsOpenMetrics) text.Append("# EOF\n");
    }

    private void BeginFamily(FederatedSample sample, bool isHistogram)
    {
        string name = sample.Family.Name ?? sample.Labels.MetricName;
        if (name == family && isHistogram == wasHistogram) return;
        (family, wasHistogram) = (name, isHistogram);
        string type = isHistogram ? "histogram"
            : sample.Family.Type ?? (format.IsOpenMetrics ? "unknown" : "untyped");
        text.Append("# TYPE ");
        AppendName(name, LabelNames.IsPlainMetric(name));
        text.Append(' ').Append(type).Append('\n');
    }

    private void WriteHistogram(string name, FederatedSample sample, NativeHistogram histogram)
    {
        foreach ((double upper, double count) in CumulativeBuckets.Of(histogram))
        {
            string bound = format.IsOpenMetrics ? GoNumber.OpenMetrics(upper) : GoNumber.Short(upper);
            WriteLine(name, "_bucket", sample, bound, count);
        }

        WriteLine(name, "_sum", sample, null, histogram.Sum);
        WriteLine(name, "_count", sample, null, histogram.Count);
    }

    private void WriteLine(string name, string suffix, FederatedSample sample, string? bound, double value)
    {
        bool isPlain = LabelNames.IsPlainMetric(name) || !format.AllowsUtf8;
        if (isPlain) AppendName(name + suffix, isPlain: true);
        text.Append('{');
        bool isFirst = true;
        if (!isPlain)
        {
            AppendQuoted(name + suffix);
            isFirst = false;
        }

        foreach (Label label in sample.Labels.Items)
            if (label.Name != LabelNames.MetricName) AppendLabel(label.Name, label.Value, ref isFirst);
        foreach ((string label, string labelValue) in added)
            if (!sample.Labels.Has(label)) AppendLabel(label, labelValue, ref isFirst);
        if (bound is not null) AppendLabel(LabelNames.BucketBound, bound, ref isFirst);
        text.Append("} ").Append(GoNumber.Short(value)).Append(' ');
        if (format.IsOpenMetrics) text.Append(GoNumber.Long(sample.AtMs / 1000.0));
        else text.Append(CultureInfo.InvariantCulture, $"{sample.AtMs}");
        if (format.IsOpenMetrics && sample.Exemplar is { } exemplar) AppendExemplar(exemplar);
        text.Append('\n');
    }

    private void AppendExemplar(BatchExemplar exemplar)
    {
        text.Append(" # {");
        bool isFirst = true;
        foreach (Label label in exemplar.Labels.Items) AppendLabel(label.Name, label.Value, ref isFirst);
        text.Append("} ").Append(GoNumber.Short(exemplar.Value)).Append(' ')
            .Append(GoNumber.Long(exemplar.TimestampMs / 1000.0));
    }

    private void AppendLabel(string name, string value, ref bool isFirst)
    {
        if (!isFirst) text.Append(',');
        isFirst = false;
        AppendName(name, LabelNames.IsPlain(name));
        text.Append('=');
        AppendQuoted(value);
    }

    /// <summary>A name as it is, in quotes, or with underscores for what the client does not understand.</summary>
    private void AppendName(string name, bool isPlain)
    {
        if (isPlain && LabelNames.IsPlainMetric(name)) text.Append(name);
        else if (format.AllowsUtf8) AppendQuoted(name);
        else text.Append(FederatedNames.Underscored(name));
    }

    private void AppendQuoted(string value)
    {
        text.Append('"');
        foreach (char letter in value)
        {
            switch (letter)
            {
                case '\\': text.Append("\\\\"); break;
                case '"': text.Append("\\\""); break;
                case '\n': text.Append("\\n"); break;
                default: text.Append(letter); break;
            }
        }

        text.Append('"');
    }
}
