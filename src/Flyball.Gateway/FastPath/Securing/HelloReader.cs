using System.Buffers.Binary;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>Reads the fields of a TLS message; what is cut off reads as empty and is remembered.</summary>
internal ref struct HelloReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> left = bytes;
    private bool isCut;

    public readonly bool IsEmpty => left.IsEmpty;

    public readonly bool IsGood => !isCut;

    public void Skip(int count) => Take(count);

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public ushort Number() =>
        Take(sizeof(ushort)) is { Length: sizeof(ushort) } two ? BinaryPrimitives.ReadUInt16BigEndian(two) : (ushort)0;

    /// <summary>A field that has its length in front, in one byte.</summary>
    public ReadOnlySpan<byte> Short() => Take(Byte());

    /// <summary>A field that has its length in front, in two bytes.</summary>
    public ReadOnlySpan<byte> Long() => Take(Number());

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > left.Length)
        {
            isCut = true;
            left = default;
            return default;
        }

        ReadOnlySpan<byte> taken = left[..count];
        left = left[count..];
        return taken;
    }
}
