using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Wal;

/// <summary>Payloads of the WAL's rarer records, framed. The layout is in <c>docs/formats/wal.md</c>.</summary>
internal static class WalRecords
{
    public static void WriteSeries(ByteBuffer destination, ulong id, string tenant, ReadOnlySpan<byte> canonical)
    {
        int start = RecordFrame.Begin(destination, RecordType.Series);
        destination.VarUInt(id);
        destination.Text(tenant);
        destination.Sized(canonical);
        RecordFrame.End(destination, start);
    }

    public static void WriteHistogram(ByteBuffer destination, ulong id, in BatchHistogram entry, bool isOutOfOrder)
    {
        int start = RecordFrame.Begin(destination, RecordType.Histograms);
        destination.VarUInt(id);
        destination.Byte(isOutOfOrder ? (byte)1 : (byte)0);
        destination.VarLong(entry.TimestampMs);
        destination.VarLong(entry.StartMs);
        HistogramCodec.Write(destination, entry.Histogram);
        RecordFrame.End(destination, start);
    }

    public static bool TryReadHistogram(
        ReadOnlySpan<byte> payload, out ulong id, out bool isOutOfOrder, out BatchHistogram entry)
    {
        var reader = new ByteReader(payload);
        id = reader.VarUInt();
        isOutOfOrder = reader.Byte() == 1;
        long timestampMs = reader.VarLong();
        long startMs = reader.VarLong();
        NativeHistogram? histogram = HistogramCodec.TryRead(ref reader);
        entry = histogram is null ? default : new BatchHistogram(timestampMs, startMs, histogram);
        return histogram is not null && !reader.IsFailed;
    }

    public static void WriteExemplar(ByteBuffer destination, ulong id, BatchExemplar exemplar)
    {
        int start = RecordFrame.Begin(destination, RecordType.Exemplars);
        destination.VarUInt(id);
        WriteExemplar(destination, exemplar);
        RecordFrame.End(destination, start);
    }

    /// <summary>An exemplar with the labels of its series.</summary>
    public static void WriteLabelledExemplar(
        ByteBuffer destination, ReadOnlySpan<byte> canonical, BatchExemplar exemplar)
    {
        int start = RecordFrame.Begin(destination, RecordType.LabelledExemplars);
        destination.Sized(canonical);
        WriteExemplar(destination, exemplar);
        RecordFrame.End(destination, start);
    }

    public static bool TryReadExemplar(ReadOnlySpan<byte> payload, out ulong id, out BatchExemplar exemplar)
    {
        var reader = new ByteReader(payload);
        id = reader.VarUInt();
        exemplar = ReadExemplar(ref reader);
        return !reader.IsFailed;
    }

    public static bool TryReadLabelledExemplar(
        ReadOnlySpan<byte> payload, out ReadOnlySpan<byte> canonical, out BatchExemplar exemplar)
    {
        var reader = new ByteReader(payload);
        canonical = reader.Sized();
        exemplar = ReadExemplar(ref reader);
        return !reader.IsFailed && Exposition.PlainLabels.TryRead(canonical, out _);
    }

    public static void WriteMetadata(ByteBuffer destination, MetricMetadata entry)
    {
        int start = RecordFrame.Begin(destination, RecordType.Metadata);
        destination.Text(entry.Name);
        destination.Text(entry.Type);
        destination.Text(entry.Help);
        destination.Text(entry.Unit);
        RecordFrame.End(destination, start);
    }

    public static bool TryReadMetadata(ReadOnlySpan<byte> payload, out MetricMetadata entry)
    {
        var reader = new ByteReader(payload);
        entry = new MetricMetadata(reader.Text(), reader.Text(), reader.Text(), reader.Text());
        return !reader.IsFailed;
    }

    /// <summary>A range of time deleted from a series, both ends inclusive.</summary>
    public static void WriteDeletion(ByteBuffer destination, ulong id, long minMs, long maxMs)
    {
        int start = RecordFrame.Begin(destination, RecordType.Deletions);
        destination.VarUInt(id);
        destination.VarLong(minMs);
        destination.VarLong(maxMs);
        RecordFrame.End(destination, start);
    }

    public static bool TryReadDeletion(ReadOnlySpan<byte> payload, out ulong id, out long minMs, out long maxMs)
    {
        var reader = new ByteReader(payload);
        id = reader.VarUInt();
        minMs = reader.VarLong();
        maxMs = reader.VarLong();
        return !reader.IsFailed;
    }

    private static void WriteExemplar(ByteBuffer destination, BatchExemplar exemplar)
    {
        destination.VarLong(exemplar.TimestampMs);
        destination.Double(exemplar.Value);
        foreach (Label label in exemplar.Labels.Items)
        {
            destination.Text(label.Name);
            destination.Text(label.Value);
        }
    }

    private static BatchExemplar ReadExemplar(ref ByteReader reader)
    {
        long timestampMs = reader.VarLong();
        double value = reader.Double();
        var labels = new List<Label>();
        while (reader.RemainingBytes > 0) labels.Add(new Label(reader.Text(), reader.Text()));
        return new BatchExemplar(timestampMs, value, Labels.FromSorted([.. labels]));
    }
}
