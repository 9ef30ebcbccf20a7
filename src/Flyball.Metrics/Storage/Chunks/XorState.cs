using System.Numerics;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// Doubles as the XOR with the value before and the window of its meaningful bits, after Pelkonen et al., "Gorilla"
/// (VLDB 2015). A staleness marker takes three bits and leaves the value before in place.
/// </summary>
internal struct XorState
{
    /// <summary>The bit pattern by which Prometheus marks that a series ended.</summary>
    public const ulong StaleBits = 0x7ff0000000000002;

    private const int LeadingBits = 5;
    private const int LengthBits = 6;

    /// <summary>The last value that was no staleness marker.</summary>
    public ulong Last;

    /// <summary>The window; both zero before the first.</summary>
    public byte Leading;
    public byte Trailing;

    public void Write(ref BitWriter writer, ulong value)
    {
        if (value == StaleBits)
        {
            writer.Write(0b111, 3);
            return;
        }

        ulong change = value ^ Last;
        Last = value;
        if (change == 0)
        {
            writer.Write(0, 1);
            return;
        }

        int leading = Math.Min(BitOperations.LeadingZeroCount(change), 31);
        int trailing = BitOperations.TrailingZeroCount(change);
        bool hasWindow = Leading + Trailing > 0;
        int windowSize = 64 - Leading - Trailing;
        int size = 64 - leading - trailing;
        if (hasWindow && leading >= Leading && trailing >= Trailing
            && windowSize <= size + LeadingBits + LengthBits + 1)
        {
            writer.Write(0b10, 2);
            writer.Write(change >> Trailing, windowSize);
            return;
        }

        Leading = (byte)leading;
        Trailing = (byte)trailing;
        writer.Write((0b110UL << (LeadingBits + LengthBits)) | ((ulong)leading << LengthBits) | (uint)(size - 1),
            3 + LeadingBits + LengthBits);
        writer.Write(change >> trailing, size);
    }

    public ulong Read(ref BitReader reader)
    {
        ulong prefix = reader.Peek57();
        if (prefix >> 63 == 0)
        {
            reader.Skip(1);
            return Last;
        }

        if (prefix >> 62 == 0b10)
        {
            reader.Skip(2);
            return Last ^= reader.Read(64 - Leading - Trailing) << Trailing;
        }

        reader.Skip(3);
        if (prefix >> 61 == 0b111) return StaleBits;
        ulong window = reader.Read(LeadingBits + LengthBits);
        int size = (int)(window & 63) + 1;
        Leading = (byte)(window >> LengthBits);
        // A corrupt window could reach past the word; such a chunk fails its checksum before, so any value will do.
        Trailing = (byte)Math.Max(0, 64 - Leading - size);
        return Last ^= reader.Read(64 - Leading - Trailing) << Trailing;
    }
}
