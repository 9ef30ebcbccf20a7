using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Flyball.Base.Codecs;

/// <summary>
/// Writes bit fields, most significant bit first, into a caller's span. The position survives outside (a stream that is
/// appended to sample by sample keeps it as an integer), so constructing a writer is free.
/// </summary>
/// <remarks>
/// Every write stores whole words: the destination needs <see cref="SlackBytes"/> bytes after the last bit. What lies
/// behind the position is overwritten, so the destination need not be zeroed.
/// </remarks>
public ref struct BitWriter(Span<byte> destination, int bitPosition = 0)
{
    /// <summary>Bytes that a write may touch past the byte that holds the last written bit.</summary>
    public const int SlackBytes = 9;

    private readonly Span<byte> _destination = destination;

    /// <summary>How many bits have been written from the start of the destination.</summary>
    public int BitPosition { get; private set; } = bitPosition;

    /// <summary>Bytes that hold the written bits; the unused bits of the last one are zero.</summary>
    public readonly int ByteCount => (BitPosition + 7) >> 3;

    /// <summary>
    /// Appends the low <paramref name="bitCount"/> (1 to 64) bits of a value whose higher bits are ignored.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ulong value, int bitCount)
    {
        int index = BitPosition >> 3;
        int used = BitPosition & 7;
        ulong aligned = value << (64 - bitCount);
        ulong kept = used == 0 ? 0 : (ulong)(_destination[index] & (0xFF00 >> used)) << 56;
        Span<byte> target = _destination[index..];
        BinaryPrimitives.WriteUInt64BigEndian(target, kept | (aligned >> used));
        if (used + bitCount > 64) target[8] = (byte)(aligned << (8 - used));
        BitPosition += bitCount;
    }

    /// <summary>Appends one bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteBit(bool bit) => Write(bit ? 1UL : 0UL, 1);
}
