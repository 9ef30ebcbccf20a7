using Flyball.Base.Codecs;
using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Recovery;

/// <summary>Reads the newest checkpoint into an empty head.</summary>
internal sealed class CheckpointReader(HeadData head, IDisk disk, string directory, RecoveryReport report)
{
    private readonly List<byte[]?> _symbols = [];
    private readonly ByteBuffer _canonical = new(512);
    private readonly List<(RecordType Type, byte[] Payload)> _others = [];
    private bool _hasHeader;
    private bool _hasEnd;

    /// <summary>Series by their ids in the WAL.</summary>
    public SeriesIds SeriesById { get; } = new();

    /// <summary>The highest number of a chunk file that the checkpoint refers to; 0 when it refers to none.</summary>
    public int NewestChunkFile { get; private set; }

    /// <summary>Records that the WAL has as well: metadata, exemplars, deletions.</summary>
    public IReadOnlyList<(RecordType Type, byte[] Payload)> Others => _others;

    /// <summary>The WAL segment to go on with; 0 when there is no checkpoint.</summary>
    public int Read()
    {
        int newest = 0;
        foreach (string name in disk.List(directory))
        {
            if (SegmentName.TryParse(name, CheckpointWriter.Suffix, out int number)) newest = Math.Max(newest, number);
            else if (name.EndsWith(".tmp", StringComparison.Ordinal)) disk.Delete(Path.Combine(directory, name));
        }

        if (newest == 0) return 0;
        string path = Path.Combine(directory, SegmentName.Of(newest, CheckpointWriter.Suffix));
        new RecordFile(disk, report).Read(path, Visit);
        report.CheckpointSeries = SeriesById.Count;
        if (!_hasHeader || !_hasEnd)
            report.Lose($"{Path.GetFileName(path)}: it is not complete; {SeriesById.Count} series were read.");
        return newest;
    }

    private void Visit(RecordType type, ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        switch (type)
        {
            case RecordType.Checkpoint:
                if (reader.VarUInt() != CheckpointWriter.FormatVersion)
                    throw new InvalidDataException("FATAL: the checkpoint was written by a newer version of Flyball.");
                _ = reader.VarUInt();
                head.Series.NextId = reader.VarUInt();
                _hasHeader = true;
                break;
            case RecordType.Symbols:
                ReadSymbols(ref reader);
                break;
            case RecordType.SeriesStates:
                while (reader.RemainingBytes > 0 && ReadSeries(ref reader))
                {
                }

                break;
            case RecordType.CheckpointEnd:
                _hasEnd = true;
                break;
            default:
                _others.Add((type, payload.ToArray()));
                break;
        }
    }

    private void ReadSymbols(ref ByteReader reader)
    {
        // Where the record before was damaged its symbols are missing: their places stay empty.
        int first = reader.Count(int.MaxValue);
        while (_symbols.Count < first) _symbols.Add(null);
        while (reader.RemainingBytes > 0) _symbols.Add(reader.Sized().ToArray());
    }

    private bool ReadSeries(ref ByteReader reader)
    {
        ulong id = reader.VarUInt();
        string tenant = reader.Text();
        bool hasLabels = ReadLabels(ref reader);
        if (reader.IsFailed || id == 0) return Lost("a damaged series");
        ReadOnlySpan<byte> canonical = _canonical.Written;
        ulong hash = SeriesRegistry.Hash(canonical);
        bool isNew = hasLabels && head.Series.Find(canonical, hash) < 0;
        int series = head.Series.Add(isNew ? canonical : default, isNew ? hash : id, id);
        ushort number = head.Tenants.Number(tenant);
        head.Series[series].Tenant = number;
        head.Tenants.Count(number, 1);
        if (SeriesStateCodec.TryRead(ref reader, head, series) && isNew)
        {
            SeriesById.Add(id, series);
            foreach (ref readonly SealedRef chunk in head.SealedOf(in head.Series[series]))
                NewestChunkFile = Math.Max(NewestChunkFile, chunk.File);
            return true;
        }

        HeadTruncation.Drop(head, series);
        _ = Lost(isNew ? $"the samples of series {id}" : $"series {id}, whose labels are lost");
        return !reader.IsFailed;
    }

    private bool ReadLabels(ref ByteReader reader)
    {
        _canonical.Clear();
        bool isWhole = true;
        int count = reader.Count(256);
        for (int index = 0; index < count * 2; index++)
        {
            int symbol = reader.Count(int.MaxValue);
            byte[]? text = symbol < _symbols.Count ? _symbols[symbol] : null;
            isWhole &= text is not null;
            _canonical.Sized(text);
        }

        return isWhole && count > 0;
    }

    private bool Lost(string what)
    {
        report.Lose($"checkpoint: {what} was dropped.");
        return false;
    }
}
