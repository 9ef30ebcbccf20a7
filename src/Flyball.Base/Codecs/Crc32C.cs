using System.Buffers.Binary;
using System.Numerics;

namespace Flyball.Base.Codecs;

/// <summary>
/// CRC-32C (Castagnoli), as iSCSI and Prometheus use it; the processor's instruction where it has one.
/// </summary>
public static class Crc32C
{
    /// <summary>The checksum of the bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> source) => ~Continue(uint.MaxValue, source);

    /// <summary>The checksum of two spans as if they were one.</summary>
    public static uint Of(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        ~Continue(Continue(uint.MaxValue, first), second);

    /// <summary>The checksum of earlier bytes, whose checksum is given (0 for none), and these.</summary>
    public static uint Append(uint checksum, ReadOnlySpan<byte> source) => ~Continue(~checksum, source);

    private static uint Continue(uint state, ReadOnlySpan<byte> source)
    {
        while (source.Length >= 8)
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(source));
            source = source[8..];
        }

        foreach (byte value in source) state = BitOperations.Crc32C(state, value);
        return state;
    }
}
