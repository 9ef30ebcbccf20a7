using Flyball.Base.Codecs;
using Flyball.Contracts.Metrics;

namespace Flyball.Contracts.Telemetry;

/// <summary>
/// A <see cref="MetricBatch"/> as bytes and back, format 1 (docs/formats/telemetry-samples.md): a text that was
/// written once is a number from then on, and times are differences. One thread at a time.
/// </summary>
public sealed class SampleColumns
{
    private const byte Format = 1;

    private readonly ByteBuffer buffer = new(16 * 1024);
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private long lastUnixMs;

    /// <summary>The bytes, valid until the next call.</summary>
    public ReadOnlyMemory<byte> Encode(MetricBatch batch)
    {
        buffer.Clear();
        numbers.Clear();
        lastUnixMs = 0;
        buffer.Byte(Format);
        buffer.VarUInt((ulong)batch.Descriptions.Count);
        foreach (MetricDescription one in batch.Descriptions)
        {
            buffer.Text(one.Name);
            buffer.Text(one.Type);
            buffer.Text(one.Help);
            buffer.Text(one.Unit);
        }

        buffer.VarUInt((ulong)batch.SeriesCount);
        for (int series = 0; series < batch.SeriesCount; series++) WriteSeries(batch, series);
        return buffer.WrittenMemory;
    }

    private void WriteSeries(MetricBatch batch, int series)
    {
        ReadOnlySpan<MetricLabel> labels = batch.Labels(series);
        buffer.VarUInt((ulong)labels.Length);
        foreach (ref readonly MetricLabel label in labels)
        {
            WriteText(label.Name);
            WriteText(label.Value);
        }

        ReadOnlySpan<(long AtUnixMs, double Value)> samples = batch.Samples(series);
        buffer.VarUInt((ulong)samples.Length);
        foreach ((long at, double value) in samples)
        {
            WriteTime(at);
            buffer.Double(value);
        }

        ReadOnlySpan<(long AtUnixMs, MetricHistogram Value)> histograms = batch.Histograms(series);
        buffer.VarUInt((ulong)histograms.Length);
        foreach ((long at, MetricHistogram value) in histograms)
        {
            WriteTime(at);
            HistogramColumns.Write(buffer, value);
        }
    }

    /// <summary>0 and the text the first time, its number from 1 afterwards.</summary>
    private void WriteText(string text)
    {
        if (numbers.TryGetValue(text, out int number))
        {
            buffer.VarUInt((ulong)number);
            return;
        }

        buffer.VarUInt(0);
        buffer.Text(text);
        numbers.Add(text, numbers.Count + 1);
    }

    private void WriteTime(long atUnixMs)
    {
        buffer.VarLong(atUnixMs - lastUnixMs);
        lastUnixMs = atUnixMs;
    }
}
