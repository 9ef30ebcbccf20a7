using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.RemoteWrite;

namespace Flyball.Metrics.Api.Federation;

/// <summary>
/// Writes samples as a stream of <c>io.prometheus.client.MetricFamily</c>, the format in which a Prometheus scrapes
/// native histograms. Those with buckets of their own become classic ones: the format has no others. Samples of one
/// metric come one after another.
/// </summary>
/// <param name="output">Takes the families.</param>
/// <param name="format">Whether names may be UTF-8.</param>
/// <param name="added">Labels that series get which have none of that name.</param>
internal sealed class ProtobufFederation(
    ByteBuffer output, FederationFormat format, IReadOnlyList<(string Name, string Value)> added)
{
    private const int Untyped = 3;
    private const int Histogram = 4;
    private const int GaugeHistogram = 5;

    private readonly ProtoWriter to = new(output);
    private string family = "";
    private int familyType = -1;
    private int familyStart;

    public void Write(FederatedSample sample)
    {
        string name = sample.Labels.MetricName;
        if (name.Length == 0) return;
        NativeHistogram? histogram = sample.Value.Histogram;
        int type = histogram is null ? Untyped
            : histogram.ResetHint == CounterResetHint.Gauge ? GaugeHistogram : Histogram;
        if (name != family || type != familyType) Begin(name, type);
        int metric = to.Begin(4);
        WriteLabels(sample.Labels);
        if (histogram is null)
        {
            int value = to.Begin(5);
            to.Double(1, sample.Value.Value);
            to.End(value);
        }

        to.VarUInt(6, (ulong)sample.AtMs);
        if (histogram is not null)
        {
            int value = to.Begin(7);
            if (histogram.UsesCustomBuckets) WriteClassic(histogram);
            else WriteNative(histogram);
            to.End(value);
        }

        to.End(metric);
    }

    /// <summary>Ends the family that is being written.</summary>
    public void End()
    {
        if (familyType >= 0) to.End(familyStart);
        familyType = -1;
    }

    private void Begin(string name, int type)
    {
        End();
        (family, familyType) = (name, type);
        familyStart = to.BeginSized();
        to.Text(1, format.AllowsUtf8 ? name : FederatedNames.Underscored(name));
        to.VarUInt(3, (ulong)type);
    }

    private void WriteLabels(Labels labels)
    {
        foreach (Label label in labels.Items)
            if (label.Name != LabelNames.MetricName) WriteLabel(label.Name, label.Value);
        foreach ((string name, string value) in added)
            if (!labels.Has(name)) WriteLabel(name, value);
    }

    private void WriteLabel(string name, string value)
    {
        int label = to.Begin(1);
        to.Text(1, format.AllowsUtf8 ? name : FederatedNames.Underscored(name));
        to.Text(2, value);
        to.End(label);
    }

    private void WriteNative(NativeHistogram histogram)
    {
        to.Double(2, histogram.Sum);
        to.Double(4, histogram.Count);
        to.ZigZag(5, histogram.Schema);
        to.Double(6, histogram.ZeroThreshold);
        to.Double(8, histogram.ZeroCount);
        HistogramEncoder.WriteSide(to, 9, 11, histogram.NegativeSpans, histogram.NegativeBuckets);
        // A span without buckets is how an empty histogram says that it is a native one.
        bool isEmpty = histogram.PositiveSpans.Length == 0 && histogram.NegativeSpans.Length == 0;
        ReadOnlySpan<BucketSpan> positive = isEmpty ? [default] : histogram.PositiveSpans;
        HistogramEncoder.WriteSide(to, 12, 14, positive, histogram.PositiveBuckets);
    }

    private void WriteClassic(NativeHistogram histogram)
    {
        to.Double(2, histogram.Sum);
        to.Double(4, histogram.Count);
        foreach ((double upper, double count) in CumulativeBuckets.Of(histogram))
        {
            int bucket = to.Begin(3);
            to.Double(2, upper);
            to.Double(4, count);
            to.End(bucket);
        }
    }
}
