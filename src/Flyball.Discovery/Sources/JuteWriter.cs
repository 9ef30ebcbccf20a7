using System.Buffers.Binary;
using System.Text;

namespace Flyball.Discovery.Sources;

/// <summary>Writes one message of Jute with its length before it.</summary>
internal sealed class JuteWriter
{
    private readonly List<byte> bytes = [0, 0, 0, 0];

    public JuteWriter Int(int value)
    {
        Span<byte> four = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(four, value);
        bytes.AddRange(four);
        return this;
    }

    public JuteWriter Long(long value) => Int((int)(value >> 32)).Int((int)value);

    public JuteWriter Bool(bool value)
    {
        bytes.Add(value ? (byte)1 : (byte)0);
        return this;
    }

    public JuteWriter Buffer(ReadOnlySpan<byte> value)
    {
        Int(value.Length);
        bytes.AddRange(value);
        return this;
    }

    public JuteWriter Text(string value) => Buffer(Encoding.UTF8.GetBytes(value));

    public byte[] ToArray()
    {
        byte[] message = [.. bytes];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length - sizeof(int));
        return message;
    }
}
