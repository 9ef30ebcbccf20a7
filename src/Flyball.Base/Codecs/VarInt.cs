using System.Numerics;
using System.Runtime.CompilerServices;

namespace Flyball.Base.Codecs;

/// <summary>Base-128 integers, least significant group first, as Protocol Buffers write them.</summary>
public static class VarInt
{
    /// <summary>The longest encoding of 64 bits.</summary>
    public const int BytesMax = 10;

    /// <summary>Maps small magnitudes of either sign to small unsigned numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZigZag(long value) => ((ulong)value << 1) ^ (ulong)(value >> 63);

    /// <summary>Undoes <see cref="ZigZag"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>How many bytes the value takes.</summary>
    public static int Size(ulong value) => (70 - BitOperations.LeadingZeroCount(value | 1)) / 7;

    /// <summary>Writes and returns the size; the destination needs <see cref="BytesMax"/> bytes at most.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, ulong value)
    {
        int size = 0;
        while (value >= 0x80)
        {
            destination[size++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[size++] = (byte)value;
        return size;
    }

    /// <summary>
    /// Reads a value; the result is the bytes read, or 0 when the source ends or the number exceeds 64 bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ReadOnlySpan<byte> source, out ulong value)
    {
        if (!source.IsEmpty && source[0] < 0x80)
        {
            value = source[0];
            return 1;
        }

        return ReadLong(source, out value);
    }

    private static int ReadLong(ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        int limit = Math.Min(source.Length, BytesMax);
        for (int index = 0; index < limit; index++)
        {
            ulong group = source[index];
            if (index == BytesMax - 1 && group > 1) break;
            value |= (group & 0x7F) << (index * 7);
            if (group < 0x80) return index + 1;
        }

        value = 0;
        return 0;
    }
}
