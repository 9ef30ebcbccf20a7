using System.Buffers.Binary;
using System.Text;

namespace Flyball.Base.Codecs;

/// <summary>
/// Reads what <see cref="ByteBuffer"/> writes. A source that ends early or holds an impossible length sets
/// <see cref="IsFailed"/> and yields zeros from then on, so that a decoder checks once, at its end.
/// </summary>
public ref struct ByteReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    /// <summary>Whether something was missing or malformed.</summary>
    public bool IsFailed { get; private set; }

    public readonly int RemainingBytes => _rest.Length;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte Byte()
    {
        ReadOnlySpan<byte> taken = Bytes(1);
        return taken.IsEmpty ? (byte)0 : taken[0];
    }

    public uint UInt32()
    {
        ReadOnlySpan<byte> taken = Bytes(4);
        return taken.IsEmpty ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(taken);
    }

    public ulong UInt64()
    {
        ReadOnlySpan<byte> taken = Bytes(8);
        return taken.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(taken);
    }

    public double Double() => BitConverter.UInt64BitsToDouble(UInt64());

    public ulong VarUInt()
    {
        int size = VarInt.Read(_rest, out ulong value);
        if (size == 0) return Fail();
        _rest = _rest[size..];
        return value;
    }

    public long VarLong() => VarInt.UnZigZag(VarUInt());

    /// <summary>A count or length that must not exceed a limit.</summary>
    public int Count(int limit)
    {
        ulong value = VarUInt();
        return value <= (ulong)limit ? (int)value : (int)Fail();
    }

    public ReadOnlySpan<byte> Bytes(int sizeBytes)
    {
        if ((uint)sizeBytes > (uint)_rest.Length)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..sizeBytes];
        _rest = _rest[sizeBytes..];
        return taken;
    }

    public ReadOnlySpan<byte> Sized() => Bytes(Count(_rest.Length));

    public string Text() => Encoding.UTF8.GetString(Sized());

    private ulong Fail()
    {
        IsFailed = true;
        _rest = default;
        return 0;
    }
}
