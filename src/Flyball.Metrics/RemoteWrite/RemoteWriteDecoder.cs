using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Labelling;
using Snappier;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// Decodes a remote-write 1.0 request (Snappy block format, <c>prometheus.WriteRequest</c>) into a batch. Labels are
/// not decoded at all: the batch refers to their bytes in the request. See
/// https://prometheus.io/docs/specs/prw/remote_write_spec/.
/// </summary>
internal static class RemoteWriteDecoder
{
    private const int TimeSeriesField = 1;
    private const int MetadataField = 3;
    private const int LabelsField = 1;
    private const int SamplesField = 2;
    private const int ExemplarsField = 3;
    private const int HistogramsField = 4;

    private static readonly string[] MetricTypes =
        ["unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"];

    /// <summary>
    /// Fills the batch; anything but <see cref="RemoteWriteProblem.None"/> leaves it in no usable state.
    /// </summary>
    /// <param name="compressed">The request's body.</param>
    /// <param name="decodedBytesMax">A larger request is refused before it is unpacked.</param>
    /// <param name="tenant">Whose series they are.</param>
    /// <param name="batch">Cleared, then filled.</param>
    public static RemoteWriteProblem Decode(
        ReadOnlySpan<byte> compressed, int decodedBytesMax, string tenant, SampleBatch batch)
    {
        batch.Clear(LabelForm.Protobuf, tenant);
        RemoteWriteProblem problem = Unpack(compressed, decodedBytesMax, batch);
        if (problem != RemoteWriteProblem.None) return problem;
        return DecodeMessage(batch) ? RemoteWriteProblem.None : RemoteWriteProblem.Malformed;
    }

    /// <summary>Appends the message to the batch's text.</summary>
    public static RemoteWriteProblem Unpack(ReadOnlySpan<byte> compressed, int decodedBytesMax, SampleBatch batch)
    {
        try
        {
            // The format's length has 32 bits and no sign.
            uint size = (uint)Snappy.GetUncompressedLength(compressed);
            if (size > decodedBytesMax) return RemoteWriteProblem.TooLarge;
            int written = Snappy.Decompress(compressed, batch.Text.Reserve(Math.Max(1, (int)size)));
            batch.Text.Advance(written);
            return RemoteWriteProblem.None;
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            return RemoteWriteProblem.NotSnappy;
        }
    }

    private static bool DecodeMessage(SampleBatch batch)
    {
        var request = new ProtoReader(batch.Text.Written);
        while (request.TryNext())
        {
            switch (request.Field)
            {
                case TimeSeriesField:
                    ReadOnlySpan<byte> series = request.Sized();
                    if (request.IsFailed || !DecodeSeries(series, request.Position - series.Length, batch))
                        return false;
                    break;
                case MetadataField:
                    if (!DecodeMetadata(request.Sized(), batch)) return false;
                    break;
                default:
                    request.Skip();
                    break;
            }
        }

        return !request.IsFailed;
    }

    /// <summary>Labels come first and together, as every sender writes them; any other order is refused.</summary>
    private static bool DecodeSeries(ReadOnlySpan<byte> series, int offset, SampleBatch batch)
    {
        var fields = new ProtoReader(series);
        int labelsEnd = 0;
        bool isBegun = false;
        while (fields.TryNext())
        {
            if (fields.Field == LabelsField)
            {
                if (isBegun) return false;
                fields.Sized();
                labelsEnd = fields.Position;
                continue;
            }

            if (!isBegun) batch.BeginSeries(offset, labelsEnd);
            isBegun = true;
            if (!DecodeField(ref fields, batch)) return false;
        }

        return !fields.IsFailed;
    }

    private static bool DecodeField(ref ProtoReader fields, SampleBatch batch)
    {
        switch (fields.Field)
        {
            case SamplesField:
                return DecodeSample(fields.Sized(), batch);
            case ExemplarsField:
                return DecodeExemplar(fields.Sized(), batch);
            case HistogramsField:
                return HistogramDecoder.TryDecode(fields.Sized(), batch);
            default:
                fields.Skip();
                return !fields.IsFailed;
        }
    }

    private static bool DecodeSample(ReadOnlySpan<byte> sample, SampleBatch batch)
    {
        var fields = new ProtoReader(sample);
        double value = 0;
        long timestampMs = 0;
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 1) value = fields.Double();
            else if (fields.Field == 2 && fields.WireType == 0) timestampMs = (long)fields.VarUInt();
            else fields.Skip();
        }

        batch.Add(timestampMs, value);
        return !fields.IsFailed;
    }

    private static bool DecodeExemplar(ReadOnlySpan<byte> exemplar, SampleBatch batch)
    {
        var fields = new ProtoReader(exemplar);
        var labels = new List<Label>();
        double value = 0;
        long timestampMs = 0;
        while (fields.TryNext())
        {
            if (fields.Field == 1) labels.Add(DecodeLabel(fields.Sized()));
            else if (fields.Field == 2 && fields.WireType == 1) value = fields.Double();
            else if (fields.Field == 3 && fields.WireType == 0) timestampMs = (long)fields.VarUInt();
            else fields.Skip();
        }

        if (fields.IsFailed || labels.DistinctBy(label => label.Name).Count() != labels.Count) return false;
        batch.Exemplars.Add(new BatchExemplar(timestampMs, value, Labels.From(labels)));
        return true;
    }

    private static Label DecodeLabel(ReadOnlySpan<byte> label)
    {
        var fields = new ProtoReader(label);
        string name = "";
        string value = "";
        while (fields.TryNext())
        {
            if (fields.Field == 1) name = System.Text.Encoding.UTF8.GetString(fields.Sized());
            else if (fields.Field == 2) value = System.Text.Encoding.UTF8.GetString(fields.Sized());
            else fields.Skip();
        }

        return new Label(name, value);
    }

    private static bool DecodeMetadata(ReadOnlySpan<byte> metadata, SampleBatch batch)
    {
        var fields = new ProtoReader(metadata);
        ulong type = 0;
        string name = "";
        string help = "";
        string unit = "";
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 0) type = fields.VarUInt();
            else if (fields.Field == 2) name = System.Text.Encoding.UTF8.GetString(fields.Sized());
            else if (fields.Field == 4) help = System.Text.Encoding.UTF8.GetString(fields.Sized());
            else if (fields.Field == 5) unit = System.Text.Encoding.UTF8.GetString(fields.Sized());
            else fields.Skip();
        }

        batch.Metadata.Add(
            new MetricMetadata(name, type < (ulong)MetricTypes.Length ? MetricTypes[type] : "unknown", help, unit));
        return !fields.IsFailed;
    }
}
