using System.Buffers.Binary;
using Flyball.Base.Codecs;
using Flyball.Base.Disk;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>Opens blocks, checking footer and index; chunks are checked as they are read.</summary>
internal sealed class BlockOpener(IDisk disk)
{
    public const string Suffix = ".block";

    public const string TombstonesSuffix = ".tombstones";

    private const int WindowBytes = 1 << 20;

    /// <summary>Null and why when the block is damaged.</summary>
    public Block? TryOpen(string path, int number, out string problem)
    {
        BlockMeta? meta;
        using (IDiskFile file = disk.Open(path, DiskOpenMode.Read))
        {
            meta = TryReadMeta(file);
            problem = meta is null ? "its footer is damaged or missing" : FindDamage(file, meta);
        }

        if (meta is null || problem.Length > 0) return null;
        Tombstones? tombstones = Tombstones.TryLoad(disk, Path.ChangeExtension(path, TombstonesSuffix));
        if (tombstones is null) problem = "its deletions are damaged and were dropped";
        BlockBytes bytes = disk is PhysicalDisk or ReadOnlyDisk ? new MappedBytes(path) : new LoadedBytes(disk, path);
        return new Block(number, bytes, meta, ReadNames(bytes, meta), tombstones ?? Tombstones.None);
    }

    private static BlockMeta? TryReadMeta(IDiskFile file)
    {
        Span<byte> trailer = stackalloc byte[BlockMeta.TrailerBytes];
        long length = file.Length;
        if (length < trailer.Length || file.Read(length - trailer.Length, trailer) != trailer.Length) return null;
        if (!trailer[8..].SequenceEqual(BlockMeta.TailMagic)) return null;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (size > length - trailer.Length || size > WindowBytes) return null;
        byte[] footer = new byte[size];
        if (file.Read(length - trailer.Length - size, footer) != footer.Length) return null;
        return Crc32C.Of(footer) == BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) ? BlockMeta.TryRead(footer)
            : null;
    }

    private static string FindDamage(IDiskFile file, BlockMeta meta)
    {
        byte[] window = new byte[WindowBytes];
        long length = file.Length;
        for (int region = 0; region < meta.Regions.Count; region++)
        {
            RegionPlace place = meta.Regions[region];
            if (place.Offset < 0 || place.SizeBytes < 0 || place.Offset + place.SizeBytes > length)
                return "a region lies outside";
            var crc = default(RunningCrc);
            for (long done = 0; done < place.SizeBytes;)
            {
                int part = (int)Math.Min(window.Length, place.SizeBytes - done);
                if (file.Read(place.Offset + done, window.AsSpan(0, part)) != part) return "the file became shorter";
                crc.Add(window.AsSpan(0, part));
                done += part;
            }

            if (crc.Value != place.Crc) return $"its region {(BlockRegion)region} is damaged";
        }

        return "";
    }

    private static (byte[] Name, long PairsAt, int Count)[] ReadNames(BlockBytes bytes, BlockMeta meta)
    {
        RegionPlace place = meta[BlockRegion.Names];
        ReadOnlySpan<byte> region = bytes.Slice(place.Offset, checked((int)place.SizeBytes));
        var reader = new ByteReader(region);
        var names = new (byte[] Name, long PairsAt, int Count)[reader.Count(int.MaxValue)];
        for (int index = 0; index < names.Length; index++)
        {
            byte[] name = reader.Sized().ToArray();
            int count = reader.Count(int.MaxValue);
            names[index] = (name, place.Offset + region.Length - reader.RemainingBytes, count);
            _ = reader.Bytes(count * 4);
        }

        return names;
    }
}
