using Flyball.Base.Codecs;
using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Recovery;

/// <summary>
/// Applies WAL records to the head. What the head has already (a checkpoint is newer than the segment it starts from)
/// is recognised by its time and passed over, so replaying twice is the same as once.
/// </summary>
internal sealed class WalReplayer(
    HeadData head, ExemplarStore exemplars, MetadataStore metadata, SeriesIds seriesById, RecoveryReport report)
{
    private readonly ByteBuffer _labels = new(512);

    /// <summary>Replays all segments from a number on; the result is the number of the newest, or 0.</summary>
    public int Replay(IDisk disk, string directory, int firstSegment)
    {
        var file = new RecordFile(disk, report);
        int newest = 0;
        foreach (string name in disk.List(directory))
        {
            if (!SegmentName.TryParse(name, WalWriter.Suffix, out int segment)) continue;
            newest = segment;
            if (segment < firstSegment) continue;
            report.WalSegments++;
            file.Read(Path.Combine(directory, name), Apply);
        }

        return newest;
    }

    /// <summary>Applies one record.</summary>
    public void Apply(RecordType type, ReadOnlySpan<byte> payload)
    {
        bool isWhole = type switch
        {
            RecordType.Segment => IsKnownVersion(payload),
            RecordType.Series => ApplySeries(payload),
            RecordType.Samples => ApplySamples(payload),
            RecordType.Histograms => ApplyHistogram(payload),
            RecordType.Exemplars => ApplyExemplar(payload),
            RecordType.LabelledExemplars => ApplyLabelledExemplar(payload),
            RecordType.Metadata => ApplyMetadata(payload),
            RecordType.Deletions => ApplyDeletion(payload),
            _ => false,
        };
        if (isWhole) return;
        report.DroppedBytes += payload.Length;
        report.Lose($"WAL: a record of type {(int)type} and {payload.Length} bytes is malformed.");
    }

    private static bool IsKnownVersion(ReadOnlySpan<byte> payload) =>
        new ByteReader(payload).VarUInt() == WalWriter.FormatVersion
            ? true
            : throw new InvalidDataException("FATAL: the WAL was written by a newer version of Flyball.");

    private bool ApplySeries(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        ulong id = reader.VarUInt();
        string tenant = reader.Text();
        ReadOnlySpan<byte> canonical = reader.Sized();
        if (reader.IsFailed || id == 0) return false;
        if (seriesById.TryGet(id, out _)) return true;
        ulong hash = SeriesRegistry.Hash(canonical);
        int series = head.Series.Find(canonical, hash);
        if (series < 0)
        {
            series = head.Series.Add(canonical, hash, id);
            ushort number = head.Tenants.Number(tenant);
            head.Series[series].Tenant = number;
            head.Tenants.Count(number, 1);
        }

        head.Series.NextId = id + 1;
        seriesById.Add(id, series);
        return true;
    }

    private bool ApplySamples(ReadOnlySpan<byte> payload)
    {
        var reader = new SampleRecordReader(payload);
        while (reader.MoveNext())
        {
            report.WalSamples++;
            if (!seriesById.TryGet(reader.Series, out int series)) DropSample(reader.Series);
            else if (reader.TimestampMs >= head.MinValidMs || reader.IsOutOfOrder) ApplySample(series, in reader);
        }

        return !reader.IsFailed;
    }

    /// <summary>The id was given, although its record is lost: it must not be given again.</summary>
    private void DropSample(ulong id)
    {
        report.DroppedSamples++;
        head.Series.NextId = id + 1;
    }

    private void ApplySample(int series, in SampleRecordReader sample)
    {
        if (!sample.IsOutOfOrder)
        {
            if (sample.TimestampMs > head.Series[series].LastMs)
                head.Append(series, sample.TimestampMs, sample.Value, sample.StartMs);
            return;
        }

        OutOfOrderSamples late = head.LateOf(series);
        _ = late.Add(sample.TimestampMs, sample.Value, sample.StartMs, out bool isAdded);
        if (!isAdded) return;
        head.WidenLate(sample.TimestampMs);
        if (late.Count >= OutOfOrderSamples.CountMax) head.SealOutOfOrder(series);
    }

    private bool ApplyHistogram(ReadOnlySpan<byte> payload)
    {
        if (!WalRecords.TryReadHistogram(payload, out ulong id, out bool isLate, out BatchHistogram entry))
            return false;
        report.WalSamples++;
        if (!seriesById.TryGet(id, out int series))
        {
            report.DroppedSamples++;
            return true;
        }

        if (isLate)
        {
            head.WriteHistograms(series, [new(entry.TimestampMs, entry.StartMs, entry.Histogram)], isOutOfOrder: true);
            head.WidenLate(entry.TimestampMs);
        }
        else if (entry.TimestampMs >= head.MinValidMs && entry.TimestampMs > head.Series[series].LastMs)
            head.Append(series, entry.TimestampMs, entry.Histogram, entry.StartMs);
        return true;
    }

    private bool ApplyExemplar(ReadOnlySpan<byte> payload)
    {
        if (!WalRecords.TryReadExemplar(payload, out ulong id, out BatchExemplar exemplar)) return false;
        if (!seriesById.TryGet(id, out int series)) return true;
        _labels.Clear();
        head.Series.WriteLabels(series, _labels);
        _ = exemplars.Insert(_labels.Written, exemplar);
        return true;
    }

    private bool ApplyLabelledExemplar(ReadOnlySpan<byte> payload)
    {
        if (!WalRecords.TryReadLabelledExemplar(
            payload, out ReadOnlySpan<byte> canonical, out BatchExemplar exemplar)) return false;
        _ = exemplars.Insert(canonical, exemplar);
        return true;
    }

    private bool ApplyMetadata(ReadOnlySpan<byte> payload)
    {
        if (!WalRecords.TryReadMetadata(payload, out MetricMetadata entry)) return false;
        _ = metadata.Set(entry);
        return true;
    }

    private bool ApplyDeletion(ReadOnlySpan<byte> payload)
    {
        if (!WalRecords.TryReadDeletion(payload, out ulong id, out long minMs, out long maxMs)) return false;
        if (seriesById.TryGet(id, out int series)) head.Deleted.Add(series, new TimeRange(minMs, maxMs));
        return true;
    }
}
