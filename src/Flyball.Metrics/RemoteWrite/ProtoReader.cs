using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Flyball.Base.Codecs;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// Reads Protocol Buffers fields from a span. Malformed input ends the fields and sets <see cref="IsFailed"/>.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _position;

    public bool IsFailed { get; private set; }

    /// <summary>Where the next field starts, or the value that <see cref="TryNext"/> stands before.</summary>
    public readonly int Position => _position;

    public readonly bool IsAtEnd => _position >= _source.Length;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Wire type of the current field: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes.</summary>
    public int WireType { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext()
    {
        if (_position >= _source.Length || IsFailed) return false;
        ulong key = VarUInt();
        Field = (int)(key >> 3);
        WireType = (int)(key & 7);
        return !IsFailed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong VarUInt()
    {
        int size = VarInt.Read(_source[_position..], out ulong value);
        if (size == 0) Fail();
        _position += size;
        return value;
    }

    public long ZigZag() => VarInt.UnZigZag(VarUInt());

    public double Double() => BitConverter.UInt64BitsToDouble(Fixed64());

    public ulong Fixed64()
    {
        ReadOnlySpan<byte> taken = Take(8);
        return taken.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(taken);
    }

    /// <summary>The content of a length-delimited field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Sized()
    {
        ulong size = WireType == 2 ? VarUInt() : ulong.MaxValue;
        return Take(size <= int.MaxValue ? (int)size : int.MaxValue);
    }

    /// <summary>Passes over the current field.</summary>
    public void Skip()
    {
        switch (WireType)
        {
            case 0:
                VarUInt();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Sized();
                break;
            case 5:
                Take(4);
                break;
            default:
                Fail();
                break;
        }
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size > _source.Length - _position)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> taken = _source.Slice(_position, size);
        _position += size;
        return taken;
    }

    private void Fail()
    {
        IsFailed = true;
        _position = _source.Length;
    }
}
