using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Flyball.Base.Codecs;

/// <summary>
/// A growing array of bytes that encoders append to; cleared and used again rather than allocated anew.
/// </summary>
public sealed class ByteBuffer(int capacityBytes = 256)
{
    private byte[] _bytes = new byte[capacityBytes];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public int CapacityBytes => _bytes.Length;

    public void Clear() => Length = 0;

    /// <summary>Cuts the end off.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>
    /// Room for a number of bytes behind what is written; <see cref="Advance"/> makes them part of it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int sizeBytes)
    {
        if (_bytes.Length - Length < sizeBytes) Grow(sizeBytes);
        return _bytes.AsSpan(Length);
    }

    public void Advance(int sizeBytes) => Length += sizeBytes;

    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);
        Length += 4;
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
        Length += 8;
    }

    public void Double(double value) => UInt64(BitConverter.DoubleToUInt64Bits(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void VarUInt(ulong value) => Length += VarInt.Write(Reserve(VarInt.BytesMax), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void VarLong(long value) => VarUInt(VarInt.ZigZag(value));

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        Length += value.Length;
    }

    /// <summary>A length and the bytes.</summary>
    public void Sized(ReadOnlySpan<byte> value)
    {
        VarUInt((ulong)value.Length);
        Bytes(value);
    }

    /// <summary>A length in bytes and the text as UTF-8.</summary>
    public void Text(string value)
    {
        int size = Encoding.UTF8.GetByteCount(value);
        VarUInt((ulong)size);
        Length += Encoding.UTF8.GetBytes(value, Reserve(size));
    }

    /// <summary>Overwrites a byte that was written before.</summary>
    public void PatchByte(int at, byte value) => _bytes[at] = value;

    /// <summary>Overwrites four bytes that were written before.</summary>
    public void PatchUInt32(int at, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(at, 4), value);

    private void Grow(int sizeBytes) =>
        Array.Resize(ref _bytes,
            (int)Math.Min(Array.MaxLength, Math.Max((long)_bytes.Length * 2, (long)Length + sizeBytes)));
}
