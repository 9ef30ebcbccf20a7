using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>
/// The footer of a block: what it holds and where its regions are. The layout is in <c>docs/formats/block.md</c>.
/// </summary>
internal sealed record BlockMeta
{
    public const int FormatVersion = 1;

    /// <summary>Footer size, footer CRC, magic.</summary>
    public const int TrailerBytes = 16;

    public static ReadOnlySpan<byte> HeadMagic => "FLYBLK01"u8;

    public static ReadOnlySpan<byte> TailMagic => "01KLBYLF"u8;

    /// <summary>Start of the range that the block stands for.</summary>
    public required long MinMs { get; init; }

    /// <summary>End of that range, exclusive.</summary>
    public required long EndMs { get; init; }

    /// <summary>1 for a block of the head, one more for each compaction.</summary>
    public required int Level { get; init; }

    public required int SeriesCount { get; init; }

    public required int PairCount { get; init; }

    public required long SampleCount { get; init; }

    public required long ChunkCount { get; init; }

    /// <summary>Blocks that this one replaces, by number: they are removed when both are there after a crash.</summary>
    public IReadOnlyList<int> Replaces { get; init; } = [];

    /// <summary>Index regions in the order of <see cref="BlockRegion"/>.</summary>
    public required IReadOnlyList<RegionPlace> Regions { get; init; }

    public RegionPlace this[BlockRegion region] => Regions[(int)region];

    public void Write(ByteBuffer destination)
    {
        int start = destination.Length;
        destination.VarUInt(FormatVersion);
        destination.VarLong(MinMs);
        destination.VarLong(EndMs);
        destination.VarUInt((ulong)Level);
        destination.VarUInt((ulong)SeriesCount);
        destination.VarUInt((ulong)PairCount);
        destination.VarUInt((ulong)SampleCount);
        destination.VarUInt((ulong)ChunkCount);
        destination.VarUInt((ulong)Replaces.Count);
        foreach (int number in Replaces) destination.VarUInt((ulong)number);
        foreach (RegionPlace place in Regions)
        {
            destination.VarUInt((ulong)place.Offset);
            destination.VarUInt((ulong)place.SizeBytes);
            destination.UInt32(place.Crc);
        }

        int size = destination.Length - start;
        uint crc = Crc32C.Of(destination.Written[start..]);
        destination.UInt32((uint)size);
        destination.UInt32(crc);
        destination.Bytes(TailMagic);
    }

    /// <summary>Null when the bytes are no footer.</summary>
    public static BlockMeta? TryRead(ReadOnlySpan<byte> footer)
    {
        var reader = new ByteReader(footer);
        if (reader.VarUInt() != FormatVersion) return null;
        var meta = new BlockMeta
        {
            MinMs = reader.VarLong(),
            EndMs = reader.VarLong(),
            Level = reader.Count(100),
            SeriesCount = reader.Count(int.MaxValue),
            PairCount = reader.Count(int.MaxValue),
            SampleCount = (long)reader.VarUInt(),
            ChunkCount = (long)reader.VarUInt(),
            Replaces = ReadNumbers(ref reader),
            Regions = ReadRegions(ref reader),
        };
        return reader.IsFailed ? null : meta;
    }

    private static int[] ReadNumbers(ref ByteReader reader)
    {
        int[] numbers = new int[reader.Count(reader.RemainingBytes)];
        for (int index = 0; index < numbers.Length; index++) numbers[index] = reader.Count(int.MaxValue);
        return numbers;
    }

    private static RegionPlace[] ReadRegions(ref ByteReader reader)
    {
        var places = new RegionPlace[Enum.GetValues<BlockRegion>().Length];
        for (int index = 0; index < places.Length; index++)
            places[index] = new RegionPlace((long)reader.VarUInt(), (long)reader.VarUInt(), reader.UInt32());
        return places;
    }
}
