using Flyball.Base.Codecs;
using Flyball.Contracts.Metrics;

namespace Flyball.Contracts.Telemetry;

/// <summary>Reads what <see cref="SampleColumns"/> wrote. One thread at a time.</summary>
public sealed class SampleColumnsReader
{
    /// <summary>Labels of one series at most; more are damage.</summary>
    private const int LabelsMax = 256;

    private readonly List<string> texts = [];
    private readonly List<MetricLabel> labels = [];
    private long lastUnixMs;

    /// <summary>Fills a batch; false when the bytes are no samples, and then the batch is of no use.</summary>
    public bool TryDecode(ReadOnlySpan<byte> bytes, MetricBatch batch)
    {
        batch.Clear();
        texts.Clear();
        lastUnixMs = 0;
        var reader = new ByteReader(bytes);
        if (reader.Byte() != 1) return false;
        int descriptions = reader.Count(reader.RemainingBytes);
        for (int i = 0; i < descriptions && !reader.IsFailed; i++)
            batch.Describe(new MetricDescription(reader.Text(), reader.Text(), reader.Text(), reader.Text()));
        int series = reader.Count(reader.RemainingBytes);
        for (int i = 0; i < series && !reader.IsFailed; i++)
        {
            if (!ReadSeries(ref reader, batch)) return false;
        }

        return !reader.IsFailed && reader.RemainingBytes == 0;
    }

    private bool ReadSeries(ref ByteReader reader, MetricBatch batch)
    {
        labels.Clear();
        int count = reader.Count(LabelsMax);
        for (int i = 0; i < count; i++)
        {
            if (ReadText(ref reader) is not { } name || ReadText(ref reader) is not { } value) return false;
            labels.Add(new MetricLabel(name, value));
        }

        batch.BeginSeries(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(labels));
        int samples = reader.Count(reader.RemainingBytes);
        for (int i = 0; i < samples && !reader.IsFailed; i++) batch.Add(ReadTime(ref reader), reader.Double());
        int histograms = reader.Count(reader.RemainingBytes);
        for (int i = 0; i < histograms && !reader.IsFailed; i++)
        {
            long at = ReadTime(ref reader);
            batch.Add(at, HistogramColumns.Read(ref reader));
        }

        return !reader.IsFailed;
    }

    private string? ReadText(ref ByteReader reader)
    {
        int number = reader.Count(texts.Count);
        if (reader.IsFailed) return null;
        if (number > 0) return texts[number - 1];
        string text = reader.Text();
        if (reader.IsFailed) return null;
        texts.Add(text);
        return text;
    }

    private long ReadTime(ref ByteReader reader) => lastUnixMs += reader.VarLong();
}
