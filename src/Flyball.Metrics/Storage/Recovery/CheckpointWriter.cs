using Flyball.Base.Codecs;
using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Recovery;

/// <summary>
/// Writes the head's series and open chunks to a file, so that replay starts at a recent segment. Appends go on
/// meanwhile: a slice of series at a time is copied under the lock, and what was appended since the start is in the WAL
/// from the noted segment on; replaying it onto a newer series changes nothing. The layout is in
/// <c>docs/formats/checkpoint.md</c>.
/// </summary>
internal sealed class CheckpointWriter(HeadData head, IDisk disk, string directory)
{
    /// <summary>Suffix of the files' names; the number is the WAL segment to replay from.</summary>
    public const string Suffix = ".checkpoint";

    public const int FormatVersion = 1;

    private const string TemporarySuffix = ".tmp";

    /// <summary>Series that share a record: a damaged byte costs so many at the most.</summary>
    private const int SliceSeries = 128;

    private const int WriteBytes = 1 << 20;

    private readonly ByteBuffer _output = new(WriteBytes + (64 << 10));
    private readonly ByteBuffer _series = new(64 << 10);
    private readonly ByteBuffer _symbols = new(16 << 10);
    private int[] _symbolNumbers = [];
    private int _symbolCount;
    private long _offset;
    private int _leastFile;
    private int _seriesCount;

    /// <summary>Writes the checkpoint and removes what it makes superfluous; the result is the size in bytes.</summary>
    /// <param name="segment">The WAL segment from which replay goes on: nothing before it is missing from the
    /// head.</param>
    /// <param name="extras">Writes further records (metadata, exemplars, deletions), under the head's lock.</param>
    /// <exception cref="IOException">The disk refuses; the former checkpoint stays.</exception>
    public long Write(int segment, Action<ByteBuffer> extras)
    {
        string path = Path.Combine(directory, SegmentName.Of(segment, Suffix));
        _output.Clear();
        (_symbolCount, _offset, _leastFile, _seriesCount) = (0, 0, int.MaxValue, 0);
        _symbolNumbers = [];
        using (IDiskFile file = disk.Open(path + TemporarySuffix, DiskOpenMode.Truncate))
        {
            WriteHeader(segment);
            for (int series = 0; WriteSlice(series, extras); series += SliceSeries) Drain(file, WriteBytes);
            WriteEnd();
            Drain(file, 0);
            // Sealed chunks must be durable before something durable refers to them.
            head.Log.Flush(sync: true);
            file.Flush();
        }

        disk.Rename(path + TemporarySuffix, path);
        disk.SyncDirectory(directory);
        RemoveOlder(segment);
        return _offset;
    }

    private void WriteHeader(int segment)
    {
        int start = RecordFrame.Begin(_output, RecordType.Checkpoint);
        _output.VarUInt(FormatVersion);
        _output.VarUInt((ulong)segment);
        lock (head.Gate) _output.VarUInt(head.Series.NextId);
        RecordFrame.End(_output, start);
    }

    /// <summary>False when there were no more series.</summary>
    private bool WriteSlice(int first, Action<ByteBuffer> extras)
    {
        _series.Clear();
        _symbols.Clear();
        int symbolsBefore = _symbolCount;
        lock (head.Gate)
        {
            if (first >= head.Series.Limit)
            {
                extras(_output);
                return false;
            }

            int last = Math.Min(first + SliceSeries, head.Series.Limit);
            for (int series = first; series < last; series++)
            {
                if (head.Series[series].IsLive) WriteSeries(series);
            }
        }

        if (_symbolCount > symbolsBefore)
        {
            int start = RecordFrame.Begin(_output, RecordType.Symbols);
            _output.VarUInt((ulong)symbolsBefore);
            _output.Bytes(_symbols.Written);
            RecordFrame.End(_output, start);
        }

        if (_series.Length > 0) RecordFrame.Write(_output, RecordType.SeriesStates, _series.Written);
        return true;
    }

    private void WriteSeries(int series)
    {
        ref SeriesState state = ref head.Series[series];
        _seriesCount++;
        _series.VarUInt(state.Id);
        _series.Text(head.Tenants.Name(state.Tenant));
        Span<int> pairs = stackalloc int[256];
        int count = head.Series.CopyPairs(series, pairs);
        _series.VarUInt((ulong)count);
        foreach (int pair in pairs[..count])
        {
            _series.VarUInt((ulong)SymbolNumber(head.Series.Pairs.Name(pair)));
            _series.VarUInt((ulong)SymbolNumber(head.Series.Pairs.Value(pair)));
        }

        SeriesStateCodec.Write(_series, head, series);
        foreach (SealedRef sealedRef in head.SealedOf(in state)) _leastFile = Math.Min(_leastFile, sealedRef.File);
    }

    private int SymbolNumber(int symbol)
    {
        if (symbol >= _symbolNumbers.Length)
            Array.Resize(ref _symbolNumbers, Math.Max(symbol + 1, _symbolNumbers.Length * 2));
        if (_symbolNumbers[symbol] == 0)
        {
            _symbols.Sized(head.Series.Pairs.Symbols.Bytes(symbol));
            _symbolNumbers[symbol] = ++_symbolCount;
        }

        return _symbolNumbers[symbol] - 1;
    }

    private void WriteEnd()
    {
        int start = RecordFrame.Begin(_output, RecordType.CheckpointEnd);
        _output.VarUInt((ulong)_seriesCount);
        RecordFrame.End(_output, start);
    }

    private void Drain(IDiskFile file, int atLeast)
    {
        if (_output.Length < atLeast) return;
        file.Write(_offset, _output.Written);
        _offset += _output.Length;
        _output.Clear();
    }

    private void RemoveOlder(int segment)
    {
        foreach (string name in disk.List(directory))
        {
            bool isOlder =
                (SegmentName.TryParse(name, Suffix, out int number)
                || SegmentName.TryParse(name, WalWriter.Suffix, out number))
                && number < segment;
            if (isOlder) disk.Delete(Path.Combine(directory, name));
        }

        head.Log.DeleteBelow(_leastFile);
    }
}
