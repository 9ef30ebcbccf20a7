using System.Buffers.Binary;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Wal;

/// <summary>
/// The frame around each record: two magic bytes, type, length, CRC-32C of type, length and payload. The magic lets a
/// reader find the next whole record behind a damaged one. The layout is in <c>docs/formats/wal.md</c>.
/// </summary>
internal static class RecordFrame
{
    public const int HeaderBytes = 11;

    /// <summary>Writers cut their records well below this; a reader believes no larger length.</summary>
    public const int PayloadBytesMax = 64 << 20;

    /// <summary>The byte that each record starts with.</summary>
    public const byte MagicFirst = 0xFB;

    private const byte MagicSecond = 0x57;
    private const int CrcAt = 7;

    private static ReadOnlySpan<byte> Magic => [MagicFirst, MagicSecond];

    /// <summary>Starts a record whose payload the caller appends; <see cref="End"/> completes it.</summary>
    /// <returns>Where the record starts.</returns>
    public static int Begin(ByteBuffer destination, RecordType type)
    {
        int start = destination.Length;
        destination.Byte(MagicFirst);
        destination.Byte(MagicSecond);
        destination.Byte((byte)type);
        destination.UInt32(0);
        destination.UInt32(0);
        return start;
    }

    public static void End(ByteBuffer destination, int start)
    {
        destination.PatchUInt32(start + 3, (uint)(destination.Length - start - HeaderBytes));
        ReadOnlySpan<byte> record = destination.Written[start..];
        destination.PatchUInt32(start + CrcAt, Crc32C.Of(record[2..CrcAt], record[HeaderBytes..]));
    }

    public static void Write(ByteBuffer destination, RecordType type, ReadOnlySpan<byte> payload)
    {
        int start = Begin(destination, type);
        destination.Bytes(payload);
        End(destination, start);
    }

    /// <summary>Reads the record at the start of the source.</summary>
    /// <returns>The whole record's size; 0 when there is none, or a damaged one.</returns>
    public static int TryRead(ReadOnlySpan<byte> source, out RecordType type, out ReadOnlySpan<byte> payload)
    {
        type = default;
        payload = default;
        if (source.Length < HeaderBytes || !source.StartsWith(Magic)) return 0;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(source[3..]);
        if (size > PayloadBytesMax || size > source.Length - HeaderBytes) return 0;
        ReadOnlySpan<byte> body = source.Slice(HeaderBytes, (int)size);
        if (Crc32C.Of(source[2..CrcAt], body) != BinaryPrimitives.ReadUInt32LittleEndian(source[CrcAt..])) return 0;
        type = (RecordType)source[2];
        payload = body;
        return HeaderBytes + (int)size;
    }

    /// <summary>
    /// How long the record at the start of the source claims to be, its header included; 0 when it is none.
    /// </summary>
    public static int ClaimedSize(ReadOnlySpan<byte> source)
    {
        if (source.Length < HeaderBytes || !source.StartsWith(Magic)) return 0;
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(source[3..]);
        return size > PayloadBytesMax ? 0 : HeaderBytes + (int)size;
    }
}
