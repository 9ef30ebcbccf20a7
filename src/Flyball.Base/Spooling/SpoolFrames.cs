using System.Buffers.Binary;
using Flyball.Base.Codecs;

namespace Flyball.Base.Spooling;

/// <summary>
/// A segment's bytes, format 1 (docs/formats/telemetry-buffer.md): a header, then frames of a length, a checksum and a
/// body. Pure.
/// </summary>
internal static class SpoolFrames
{
    public const int HeaderBytes = 8;

    /// <summary>Length and checksum, four bytes each.</summary>
    public const int PrefixBytes = 8;

    /// <summary>A body's kind and id.</summary>
    public const int BodyHeadBytes = 9;

    public const byte RecordKind = 1;

    /// <summary>Its id says that everything up to it was acknowledged.</summary>
    public const byte AcknowledgedKind = 2;

    public static ReadOnlySpan<byte> Header => "FLYSPOL\u0001"u8;

    public static void Write(ByteBuffer target, byte kind, ulong id, ReadOnlySpan<byte> payload)
    {
        int at = target.Length;
        target.UInt32((uint)(BodyHeadBytes + payload.Length));
        target.UInt32(0);
        target.Byte(kind);
        target.UInt64(id);
        target.Bytes(payload);
        target.PatchUInt32(at + 4, Crc32C.Of(target.Written[(at + PrefixBytes)..]));
    }

    /// <summary>A body's length from a frame's prefix, or -1 when no body can be that long.</summary>
    public static int BodyLength(ReadOnlySpan<byte> prefix, int recordBytesMax)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(prefix);
        return length >= BodyHeadBytes && length <= (uint)recordBytesMax + BodyHeadBytes ? (int)length : -1;
    }

    public static bool IsWhole(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> body) =>
        BinaryPrimitives.ReadUInt32LittleEndian(prefix[4..]) == Crc32C.Of(body);

    public static (byte Kind, ulong Id) Head(ReadOnlySpan<byte> body) =>
        (body[0], BinaryPrimitives.ReadUInt64LittleEndian(body[1..]));

    /// <summary>The next whole frame of a segment's bytes; false at the end or at what cannot be read.</summary>
    public static bool TryNext(
        ReadOnlySpan<byte> rest, int recordBytesMax, out byte kind, out ulong id, out int frameBytes)
    {
        (kind, id, frameBytes) = (0, 0, 0);
        if (rest.Length < PrefixBytes) return false;
        int length = BodyLength(rest, recordBytesMax);
        if (length < 0 || rest.Length - PrefixBytes < length) return false;
        ReadOnlySpan<byte> body = rest.Slice(PrefixBytes, length);
        if (!IsWhole(rest, body)) return false;
        (kind, id) = Head(body);
        frameBytes = PrefixBytes + length;
        return kind is RecordKind or AcknowledgedKind;
    }
}
