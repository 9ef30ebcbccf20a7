using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Flyball.Base.Codecs;

/// <summary>
/// Reads bit fields, most significant bit first. Reading past the end yields zero bits and shows in
/// <see cref="IsOverrun"/>: a decoder of corrupt bytes ends with a refusal, never with an exception or a stray read.
/// </summary>
public ref struct BitReader(ReadOnlySpan<byte> source, int bitPosition = 0)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _position = bitPosition;

    /// <summary>The next bit to read, counted from the start of the source.</summary>
    public readonly int BitPosition => _position;

    /// <summary>Whether more bits were read than the source holds.</summary>
    public readonly bool IsOverrun => _position > (long)_source.Length * 8;

    /// <summary>Reads <paramref name="bitCount"/> (1 to 64) bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Read(int bitCount)
    {
        ulong value = bitCount <= 57 ? Peek57() >> (64 - bitCount) : PeekLong() >> (64 - bitCount);
        Skip(bitCount);
        return value;
    }

    /// <summary>Reads one bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool ReadBit()
    {
        int index = _position >> 3;
        bool bit = (uint)index < (uint)_source.Length && (_source[index] & (0x80 >> (_position & 7))) != 0;
        Skip(1);
        return bit;
    }

    /// <summary>The next bits, left aligned; the upper 57 are valid (zero past the end).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong Peek57()
    {
        int index = _position >> 3;
        return (uint)(index + 8) <= (uint)_source.Length
            ? BinaryPrimitives.ReadUInt64BigEndian(_source[index..]) << (_position & 7)
            : PeekTail(index);
    }

    /// <summary>Moves on without reading.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int bitCount)
    {
        // A corrupt stream could otherwise carry the position past the range of an integer.
        if (_position <= int.MaxValue - 128) _position += bitCount;
    }

    /// <summary>
    /// Counts the one bits before the next zero, at most <paramref name="limit"/> (32), and passes over them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadOnes(int limit)
    {
        int ones = BitOperations.LeadingZeroCount(~Peek57());
        if (ones >= limit)
        {
            Skip(limit);
            return limit;
        }

        Skip(ones + 1);
        return ones;
    }

    private readonly ulong PeekLong()
    {
        ulong head = Peek57();
        int used = _position & 7;
        int last = (_position >> 3) + 8;
        return used != 0 && last < _source.Length ? head | ((ulong)_source[last] >> (8 - used)) : head;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly ulong PeekTail(int index)
    {
        ulong word = 0;
        for (int offset = 0; offset < 8; offset++)
        {
            int at = index + offset;
            word = (word << 8) | ((uint)at < (uint)_source.Length ? _source[at] : 0UL);
        }

        return word << (_position & 7);
    }
}
