using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// Decodes a remote-write 2.0 request (<c>io.prometheus.write.v2.Request</c>). Series that refer to symbols that do not
/// exist are left out and counted, the others are taken: that is the protocol's partial write. Used again; one thread
/// at a time. See https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/.
/// </summary>
internal sealed class RemoteWriteV2Decoder
{
    private const int SymbolsField = 4;
    private const int TimeSeriesField = 5;
    private const int LabelRefsField = 1;
    private const int SamplesField = 2;
    private const int HistogramsField = 3;
    private const int ExemplarsField = 4;
    private const int MetadataField = 5;

    private readonly SymbolList _symbols = new();
    private readonly SeriesMetadata _metadata = new();

    /// <summary>Series left out of the batch.</summary>
    public int RefusedSeries { get; private set; }

    /// <summary>Samples, histograms and exemplars that went with them.</summary>
    public int RefusedSamples { get; private set; }

    /// <summary>Why the first of them was; empty when none was.</summary>
    public string FirstRefusal { get; private set; } = "";

    /// <summary>Fills the batch; anything but none leaves it in no usable state.</summary>
    /// <param name="compressed">The request's body.</param>
    /// <param name="decodedBytesMax">A larger request is refused before it is unpacked.</param>
    /// <param name="tenant">Whose series they are.</param>
    /// <param name="batch">Cleared, then filled.</param>
    public RemoteWriteProblem Decode(
        ReadOnlySpan<byte> compressed, int decodedBytesMax, string tenant, SampleBatch batch)
    {
        batch.Clear(LabelForm.Plain, tenant);
        RemoteWriteProblem problem = RemoteWriteDecoder.Unpack(compressed, decodedBytesMax, batch);
        if (problem != RemoteWriteProblem.None) return problem;

        // Labels are appended behind the request. Should the buffer move, this span still sees the old bytes.
        return DecodeMessage(batch.Text.Written, batch) ? RemoteWriteProblem.None : RemoteWriteProblem.Malformed;
    }

    private bool DecodeMessage(ReadOnlySpan<byte> request, SampleBatch batch)
    {
        (RefusedSeries, RefusedSamples, FirstRefusal) = (0, 0, "");
        _symbols.Clear();
        _metadata.BeginRequest();
        if (!ReadSymbols(request)) return false;
        var fields = new ProtoReader(request);
        while (fields.TryNext())
        {
            if (fields.Field != TimeSeriesField) fields.Skip();
            else if (!DecodeSeries(fields.Sized(), request, batch)) return false;
        }

        return !fields.IsFailed;
    }

    private bool ReadSymbols(ReadOnlySpan<byte> request)
    {
        var fields = new ProtoReader(request);
        while (fields.TryNext())
        {
            if (fields.Field != SymbolsField)
            {
                fields.Skip();
                continue;
            }

            int size = fields.Sized().Length;
            _symbols.Add(fields.Position - size, size);
        }

        return !fields.IsFailed;
    }

    private bool DecodeSeries(ReadOnlySpan<byte> series, ReadOnlySpan<byte> request, SampleBatch batch)
    {
        int labelsAt = batch.Text.Length;
        var labels = new LabelRefs();
        ReadOnlySpan<byte> metadata = default;
        int values = 0;
        int all = 0;
        var fields = new ProtoReader(series);
        while (fields.TryNext())
        {
            if (fields.Field == LabelRefsField)
            {
                labels.Read(ref fields, request, _symbols, batch.Text);
                continue;
            }

            if (fields.Field is SamplesField or HistogramsField) values++;
            if (fields.Field is SamplesField or HistogramsField or ExemplarsField) all++;
            if (fields.Field == MetadataField) metadata = fields.Sized();
            else fields.Skip();
        }

        if (fields.IsFailed) return false;
        string? problem = labels.Problem ?? (values == 0 ? "a series has neither samples nor histograms" : null);
        if (problem is null && !metadata.IsEmpty)
            problem = _metadata.Add(metadata, labels.NameRef, request, _symbols, batch);
        if (problem is null)
        {
            batch.BeginSeries(labelsAt, batch.Text.Length - labelsAt);
            return DecodeValues(series, request, batch);
        }

        batch.Text.Truncate(labelsAt);
        Refuse(problem, all);
        RefusedSeries++;
        return true;
    }

    private bool DecodeValues(ReadOnlySpan<byte> series, ReadOnlySpan<byte> request, SampleBatch batch)
    {
        var fields = new ProtoReader(series);
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case SamplesField:
                    if (!DecodeSample(fields.Sized(), batch)) return false;
                    break;
                case HistogramsField:
                    if (!HistogramDecoder.TryDecode(fields.Sized(), batch)) return false;
                    break;
                case ExemplarsField:
                    if (!DecodeExemplar(fields.Sized(), request, batch)) return false;
                    break;
                default:
                    fields.Skip();
                    break;
            }
        }

        return !fields.IsFailed;
    }

    private static bool DecodeSample(ReadOnlySpan<byte> sample, SampleBatch batch)
    {
        var fields = new ProtoReader(sample);
        double value = 0;
        long timestampMs = 0;
        long startMs = 0;
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 1) value = fields.Double();
            else if (fields.Field == 2 && fields.WireType == 0) timestampMs = (long)fields.VarUInt();
            else if (fields.Field == 3 && fields.WireType == 0) startMs = (long)fields.VarUInt();
            else fields.Skip();
        }

        batch.Add(timestampMs, value, startMs);
        return !fields.IsFailed;
    }

    private bool DecodeExemplar(ReadOnlySpan<byte> exemplar, ReadOnlySpan<byte> request, SampleBatch batch)
    {
        var fields = new ProtoReader(exemplar);
        var plain = new Flyball.Base.Codecs.ByteBuffer(64);
        var labels = new LabelRefs();
        double value = 0;
        long timestampMs = 0;
        while (fields.TryNext())
        {
            if (fields.Field == 1) labels.Read(ref fields, request, _symbols, plain);
            else if (fields.Field == 2 && fields.WireType == 1) value = fields.Double();
            else if (fields.Field == 3 && fields.WireType == 0) timestampMs = (long)fields.VarUInt();
            else fields.Skip();
        }

        if (fields.IsFailed) return false;
        if (labels.Problem is null && Exposition.PlainLabels.TryRead(plain.Written, out Labels set))
            batch.Exemplars.Add(new BatchExemplar(timestampMs, value, set));
        else
            Refuse(labels.Problem ?? "an exemplar has a label twice", 1);
        return true;
    }

    private void Refuse(string problem, int samples)
    {
        if (FirstRefusal.Length == 0) FirstRefusal = problem;
        RefusedSamples += samples;
    }
}
