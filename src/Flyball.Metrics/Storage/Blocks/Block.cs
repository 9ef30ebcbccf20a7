using System.Buffers.Binary;
using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>
/// An open block: immutable, read by many threads. Closed by whoever drops the last reference: the store holds one,
/// each query view another.
/// </summary>
internal sealed class Block : ILabelIndex
{
    private readonly BlockBytes _bytes;
    private readonly (byte[] Name, long PairsAt, int Count)[] _names;
    private int _references = 1;

    public Block(int number, BlockBytes bytes, BlockMeta meta, (byte[] Name, long PairsAt, int Count)[] names,
        Tombstones tombstones)
    {
        Number = number;
        _bytes = bytes;
        Meta = meta;
        _names = names;
        Tombstones = tombstones;
    }

    /// <summary>Its number in the directory; later blocks have higher ones.</summary>
    public int Number { get; }

    public BlockMeta Meta { get; }

    /// <summary>The number of the first block that went into it: a merge is no reason to come later.</summary>
    public int Rank => Meta.Replaces.Count == 0 ? Number : Math.Min(Number, Meta.Replaces.Min());

    /// <summary>Deleted ranges; replaced as a whole.</summary>
    public Tombstones Tombstones { get; set; }

    public long SizeBytes => _bytes.Length;

    public int SeriesCount => Meta.SeriesCount;

    public IEnumerable<byte[]> Names => _names.Select(entry => entry.Name);

    public bool Overlaps(long minMs, long maxMs) => Meta.MinMs <= maxMs && Meta.EndMs > minMs;

    /// <summary>False when the block has been closed: the caller looks for its successor.</summary>
    public bool TryAcquire()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references) return true;
            references = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0) _bytes.Dispose();
    }

    public int[] AllSeries()
    {
        int[] series = new int[Meta.SeriesCount];
        for (int index = 0; index < series.Length; index++) series[index] = index;
        return series;
    }

    public int FindPair(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int entry = FindName(name);
        if (entry < 0) return -1;
        int at = LowerBound(entry, value);
        if (at == _names[entry].Count) return -1;
        int pair = PairAt(entry, at);
        return ValueOf(pair).SequenceEqual(value) ? pair : -1;
    }

    public int[] PairsOf(ReadOnlySpan<byte> name)
    {
        int entry = FindName(name);
        return entry < 0 ? [] : PairsBetween(entry, 0, _names[entry].Count);
    }

    public int[] PairsOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> prefix)
    {
        int entry = FindName(name);
        if (entry < 0) return [];
        int from = LowerBound(entry, prefix);
        int to = from;
        while (to < _names[entry].Count && ValueOf(PairAt(entry, to)).StartsWith(prefix)) to++;
        return PairsBetween(entry, from, to);
    }

    public ReadOnlySpan<byte> NameOf(int pair) => Symbol(PairField(pair, 0));

    public ReadOnlySpan<byte> ValueOf(int pair) => Symbol(PairField(pair, 1));

    public int CountOf(int pair) => (int)PairField(pair, 3);

    public int[] SeriesOf(int pair)
    {
        int[] series = new int[CountOf(pair)];
        RegionPlace place = Meta[BlockRegion.Postings];
        uint offset = PairField(pair, 2);
        var reader = new ByteReader(Tail(place, offset));
        int last = -1;
        for (int index = 0; index < series.Length; index++)
            series[index] = last = last + 1 + (int)reader.VarUInt();
        return series;
    }

    public int PairsOfSeries(int series, Span<int> destination)
    {
        BlockSeriesReader entry = Series(series);
        return entry.CopyPairs(destination);
    }

    /// <summary>The entry of a series.</summary>
    public BlockSeriesReader Series(int series)
    {
        RegionPlace offsets = Meta[BlockRegion.SeriesOffsets];
        uint at = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.Slice(offsets.Offset + (series * 4L), 4));
        return new BlockSeriesReader(Tail(Meta[BlockRegion.Series], at));
    }

    /// <summary>Appends the canonical labels of a series.</summary>
    public void WriteLabels(int series, ByteBuffer destination)
    {
        Span<int> pairs = stackalloc int[256];
        foreach (int pair in pairs[..Series(series).CopyPairs(pairs)])
        {
            destination.Sized(NameOf(pair));
            destination.Sized(ValueOf(pair));
        }
    }

    /// <summary>The metric name of a series, which is the label that sorts by.</summary>
    public ReadOnlySpan<byte> MetricName(int series)
    {
        Span<int> pairs = stackalloc int[256];
        foreach (int pair in pairs[..Series(series).CopyPairs(pairs)])
        {
            if (NameOf(pair).SequenceEqual("__name__"u8)) return ValueOf(pair);
        }

        return default;
    }

    /// <summary>A part of a chunk, its checksum verified; false when it is damaged.</summary>
    public bool TryReadPart(long offset, int sizeBytes, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (offset < 0 || sizeBytes < 0 || offset + 4 + sizeBytes > _bytes.Length) return false;
        ReadOnlySpan<byte> framed = _bytes.Slice(offset, 4 + sizeBytes);
        part = framed[4..];
        return BinaryPrimitives.ReadUInt32LittleEndian(framed) == Crc32C.Of(part);
    }

    public override string ToString() => Encoding.UTF8.GetString(MetricName(0));

    private int FindName(ReadOnlySpan<byte> name)
    {
        for (int index = 0; index < _names.Length; index++)
        {
            if (name.SequenceEqual(_names[index].Name)) return index;
        }

        return -1;
    }

    private int LowerBound(int entry, ReadOnlySpan<byte> value)
    {
        int low = 0;
        int high = _names[entry].Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (ValueOf(PairAt(entry, middle)).SequenceCompareTo(value) < 0) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private int PairAt(int entry, int index) =>
        BinaryPrimitives.ReadInt32LittleEndian(_bytes.Slice(_names[entry].PairsAt + (index * 4L), 4));

    private int[] PairsBetween(int entry, int from, int to)
    {
        int[] pairs = new int[to - from];
        for (int index = 0; index < pairs.Length; index++) pairs[index] = PairAt(entry, from + index);
        return pairs;
    }

    private uint PairField(int pair, int field) => BinaryPrimitives.ReadUInt32LittleEndian(
        _bytes.Slice(Meta[BlockRegion.Pairs].Offset + ((long)pair * BlockPairs.EntryBytes) + (field * 4), 4));

    private ReadOnlySpan<byte> Symbol(uint offset) => new ByteReader(Tail(Meta[BlockRegion.Symbols], offset)).Sized();

    private ReadOnlySpan<byte> Tail(RegionPlace place, uint offset) =>
        _bytes.Slice(place.Offset + offset, (int)Math.Min(int.MaxValue, place.SizeBytes - offset));
}
