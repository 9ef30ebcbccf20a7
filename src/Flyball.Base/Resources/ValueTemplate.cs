using System.Buffers.Binary;

namespace Flyball.Base.Resources;

/// <summary>
/// One value of a kind, by which others are kept as what differs: JSON of a kind is mostly the same names and, of many
/// rows, the same words. Packed values live in memory only. Thread-safe: it is never changed.
/// </summary>
/// <remarks>
/// Packed: a zero, the value's length (two bytes), then parts. A part that begins with 0 to 127 is that many bytes and
/// one, which follow; one that begins with 128 or more is a copy of so many bytes above 128, and
/// <see cref="CopyMin"/>, from the place in the template that the next two bytes say. All numbers are little-endian.
/// </remarks>
internal sealed class ValueTemplate
{
    /// <summary>Begins what is packed; a value that begins so itself is never packed.</summary>
    public const byte Mark = 0;

    private const int HeadBytes = 3;
    private const int CopyMin = 4;
    private const int CopyMax = CopyMin + 127;
    private const int PlainMax = 128;
    private const int BeginningBytes = 64;
    private const int SlotBits = 12;

    private readonly byte[] example;

    // Where four bytes of that hash begin in the example, and one; 0 for nowhere.
    private readonly ushort[] places = new ushort[1 << SlotBits];

    private ValueTemplate(byte[] example)
    {
        this.example = example;
        // The first of several is the one that stays.
        for (int at = example.Length - CopyMin; at >= 0; at--) places[SlotOf(example.AsSpan(at))] = (ushort)(at + 1);
    }

    /// <summary>Null when nothing can be said by it: it is too short, or longer than the places reach.</summary>
    public static ValueTemplate? Of(ReadOnlySpan<byte> example) =>
        example.Length is >= 32 and <= 16 * 1024 ? new ValueTemplate(example.ToArray()) : null;

    /// <summary>Null when less than a quarter is saved.</summary>
    public byte[]? Pack(ReadOnlySpan<byte> value)
    {
        if (value.Length is < 32 or > ushort.MaxValue || value[0] == Mark) return null;
        int most = value.Length - (value.Length / 4);
        byte[] packed = System.Buffers.ArrayPool<byte>.Shared.Rent(most);
        try
        {
            int length = Pack(value, packed.AsSpan(0, most));
            return length == 0 ? null : packed.AsSpan(0, length).ToArray();
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(packed);
        }
    }

    public static int LengthOf(ReadOnlySpan<byte> packed) => BinaryPrimitives.ReadUInt16LittleEndian(packed[1..]);

    public byte[] Unpack(ReadOnlySpan<byte> packed)
    {
        byte[] value = GC.AllocateUninitializedArray<byte>(LengthOf(packed));
        Span<byte> to = value;
        packed = packed[HeadBytes..];
        while (packed.Length > 0)
        {
            int first = packed[0];
            if (first < PlainMax)
            {
                packed.Slice(1, first + 1).CopyTo(to);
                to = to[(first + 1)..];
                packed = packed[(first + 2)..];
                continue;
            }

            int length = first - PlainMax + CopyMin;
            example.AsSpan(BinaryPrimitives.ReadUInt16LittleEndian(packed[1..]), length).CopyTo(to);
            to = to[length..];
            packed = packed[3..];
        }

        return to.IsEmpty ? value : throw new InvalidOperationException("BUG: a packed value is shorter than it says.");
    }

    /// <summary>The bytes written; 0 when there is no room.</summary>
    private int Pack(ReadOnlySpan<byte> value, Span<byte> to)
    {
        to[0] = Mark;
        BinaryPrimitives.WriteUInt16LittleEndian(to[1..], (ushort)value.Length);
        int written = HeadBytes;
        int plainFrom = 0;
        int at = 0;
        while (at < value.Length)
        {
            int length = Match(value[at..], out int place);
            if (length == 0)
            {
                at++;
                // Values that are alike are so from their beginnings on: with others no time is lost.
                if (at > BeginningBytes && written == HeadBytes) return 0;
                continue;
            }

            if (!TryPlain(value[plainFrom..at], to, ref written) || written + 3 > to.Length) return 0;
            to[written] = (byte)(PlainMax + length - CopyMin);
            BinaryPrimitives.WriteUInt16LittleEndian(to[(written + 1)..], (ushort)place);
            written += 3;
            at += length;
            plainFrom = at;
        }

        return TryPlain(value[plainFrom..], to, ref written) ? written : 0;
    }

    private static bool TryPlain(ReadOnlySpan<byte> plain, Span<byte> to, ref int written)
    {
        while (plain.Length > 0)
        {
            int length = Math.Min(plain.Length, PlainMax);
            if (written + 1 + length > to.Length) return false;
            to[written] = (byte)(length - 1);
            plain[..length].CopyTo(to[(written + 1)..]);
            written += 1 + length;
            plain = plain[length..];
        }

        return true;
    }

    /// <summary>How much of what comes is in the template; 0 for nothing that is worth a copy.</summary>
    private int Match(ReadOnlySpan<byte> value, out int place)
    {
        place = 0;
        if (value.Length < CopyMin || places[SlotOf(value)] is not (> 0 and ushort known)) return 0;
        place = known - 1;
        int length = value.CommonPrefixLength(example.AsSpan(place));
        return length < CopyMin ? 0 : Math.Min(length, CopyMax);
    }

    private static int SlotOf(ReadOnlySpan<byte> four) =>
        (int)((BinaryPrimitives.ReadUInt32LittleEndian(four) * 2_654_435_761u) >> (32 - SlotBits));
}
