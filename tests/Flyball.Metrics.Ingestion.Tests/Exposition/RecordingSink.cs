using System.Globalization;
using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Ingestion.Tests.Exposition;

/// <summary>Writes down what a parser finds, one line an event.</summary>
internal sealed class RecordingSink : IExpositionSink
{
    private readonly ByteBuffer _labels = new();

    public StringBuilder Text { get; } = new();

    public int Samples { get; private set; }

    public static string Read(byte[] body, ExpositionFormat format)
    {
        var sink = new RecordingSink();
        ExpositionError? error = format == ExpositionFormat.Protobuf
            ? new ProtobufExposition().Read(body, ref sink)
            : TextExposition.Read(body, format, ref sink);
        if (error is not null) sink.Text.Append("error: ").Append(error).Append('\n');
        return sink.Text.ToString();
    }

    public bool Sample(ref ExpositionSample sample)
    {
        Samples++;
        _labels.Clear();
        if (!sample.TryDecode(_labels)) return false;
        if (!PlainLabels.TryRead(_labels.Written, out Labels labels))
        {
            sample.Fail(sample.Offset, "twice");
            return false;
        }

        Text.Append(labels).Append(' ');
        Text.Append(sample.Histogram is { } histogram ? Describe(histogram) : GoNumber.Short(sample.Value));
        if (sample.HasTimestamp) Text.Append(CultureInfo.InvariantCulture, $" @{sample.TimestampMs}");
        if (sample.StartMs != 0) Text.Append(CultureInfo.InvariantCulture, $" since {sample.StartMs}");
        if (!sample.ExemplarText.IsEmpty)
        {
            if (sample.TryDecodeExemplar(0) is not { } exemplar) return false;
            Append(exemplar);
        }

        foreach (BatchExemplar exemplar in sample.Exemplars ?? []) Append(exemplar);
        Text.Append('\n');
        return true;
    }

    public void Metadata(ReadOnlySpan<byte> family, MetadataField field, MetricType type, ReadOnlySpan<byte> text)
    {
        Text.Append(CultureInfo.InvariantCulture, $"{field} {Encoding.UTF8.GetString(family)} ");
        string value = field == MetadataField.Type ? MetricTypes.NameOf(type) : Encoding.UTF8.GetString(text);
        Text.Append(Quoting.Quote(value)).Append('\n');
    }

    public void EndFamily()
    {
    }

    private static string Describe(NativeHistogram histogram) =>
        HistogramCodec.IsWellFormed(histogram) ? HistogramText.Describe(histogram) : "malformed";

    private void Append(BatchExemplar exemplar) =>
        Text.Append(
            CultureInfo.InvariantCulture,
            $" # {exemplar.Labels} {GoNumber.Short(exemplar.Value)} @{exemplar.TimestampMs}");
}
