using System.Buffers.Binary;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// Walks the fields of a protobuf message without a generated type (protobuf wire format). Malformed bytes end the walk
/// with <see cref="IsMalformed"/>.
/// </summary>
internal ref struct ProtoWalk(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    public int Field { get; private set; }

    /// <summary>The bytes of a length-delimited field; empty for the other wire types.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public bool IsMessage { get; private set; }

    public bool IsMalformed { get; private set; }

    public bool Next()
    {
        if (rest.IsEmpty || IsMalformed) return false;
        if (!Varint(out ulong tag)) return Fail();
        Field = (int)(tag >> 3);
        Bytes = default;
        IsMessage = false;
        switch (tag & 7)
        {
            case 0:
                return Varint(out _) || Fail();
            case 1:
                return Skip(sizeof(ulong)) || Fail();
            case 2:
                if (!Varint(out ulong length) || length > (ulong)rest.Length) return Fail();
                Bytes = rest[..(int)length];
                rest = rest[(int)length..];
                IsMessage = true;
                return true;
            case 5:
                return Skip(sizeof(uint)) || Fail();
            default:
                return Fail();
        }
    }

    /// <summary>A gRPC message's length prefix: one byte of compression and four of length, big endian.</summary>
    public static bool TryUnframe(ReadOnlySpan<byte> body, out bool compressed, out ReadOnlySpan<byte> message)
    {
        compressed = false;
        message = default;
        if (body.Length < 5) return false;
        compressed = body[0] != 0;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(body[1..]);
        if (length > (uint)(body.Length - 5)) return false;
        message = body.Slice(5, (int)length);
        return true;
    }

    private bool Fail()
    {
        IsMalformed = true;
        return false;
    }

    private bool Skip(int count)
    {
        if (rest.Length < count) return false;
        rest = rest[count..];
        return true;
    }

    private bool Varint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10; i++)
        {
            if (i >= rest.Length) return false;
            byte b = rest[i];
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b >= 0x80) continue;
            rest = rest[(i + 1)..];
            return true;
        }

        return false;
    }
}
