using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>Reads a series entry: first the pairs, then the chunks.</summary>
internal ref struct BlockSeriesReader
{
    private readonly ReadOnlySpan<byte> _pairs;
    private readonly int _pairCount;
    private ByteReader _reader;
    private int _chunksLeft;
    private long _lastMs;
    private long _lastTimesOffset;
    private long _lastBodyEnd;

    public BlockSeriesReader(ReadOnlySpan<byte> entry)
    {
        _reader = new ByteReader(entry);
        Hash = _reader.UInt64();
        _pairCount = _reader.Byte();
        _pairs = _reader.Rest;
        for (int index = 0; index < _pairCount; index++) _ = _reader.VarUInt();
        _chunksLeft = _reader.Count(int.MaxValue);
    }

    /// <summary>Of the canonical labels.</summary>
    public ulong Hash { get; }

    public readonly int CopyPairs(Span<int> destination)
    {
        var reader = new ByteReader(_pairs);
        for (int index = 0; index < _pairCount; index++) destination[index] = reader.Count(int.MaxValue);
        return _pairCount;
    }

    public bool TryNext(out BlockChunkRef chunk)
    {
        chunk = default;
        if (_chunksLeft == 0) return false;
        _chunksLeft--;
        ulong countAndKind = _reader.VarUInt();
        long minMs = _lastMs + _reader.VarLong();
        long maxMs = minMs + (long)_reader.VarUInt();
        long bodyOffset = _lastBodyEnd + _reader.VarLong();
        int bodySize = _reader.Count(int.MaxValue);
        long timesOffset = _lastTimesOffset + _reader.VarLong();
        int timesSize = _reader.Count(int.MaxValue);
        if (_reader.IsFailed) return false;
        chunk = new BlockChunkRef(
            minMs, maxMs, (int)(countAndKind >> 1), (countAndKind & 1) != 0, timesOffset, timesSize, bodyOffset,
                bodySize);
        _lastMs = maxMs;
        _lastTimesOffset = timesOffset;
        _lastBodyEnd = bodyOffset + 4 + bodySize;
        return true;
    }
}
