using System.Buffers.Binary;
using System.Text;

namespace Flyball.Discovery.Sources;

/// <summary>
/// Reads Jute, ZooKeeper's encoding: big-endian numbers, lengths before bytes. Never beyond its message.
/// </summary>
internal ref struct JuteReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <exception cref="FormatException">The message ends before it.</exception>
    public int ReadInt() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    /// <exception cref="FormatException">The message ends before it.</exception>
    public long ReadLong() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    /// <summary>Bytes; none for Jute's null.</summary>
    /// <exception cref="FormatException">The message ends before it.</exception>
    public ReadOnlySpan<byte> ReadBuffer()
    {
        int length = ReadInt();
        return length == -1 ? [] : Take(length);
    }

    /// <exception cref="FormatException">The message ends before it.</exception>
    public string ReadText() => Encoding.UTF8.GetString(ReadBuffer());

    /// <exception cref="FormatException">The message ends before it, or cannot hold as many.</exception>
    public string[] ReadTexts()
    {
        int count = ReadInt();
        if (count == -1) return [];
        // Each has four bytes at least: a count that lies costs no memory.
        if (count < 0 || count > rest.Length / sizeof(int)) throw Damaged();
        var texts = new string[count];
        for (int i = 0; i < count; i++) texts[i] = ReadText();
        return texts;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > rest.Length) throw Damaged();
        ReadOnlySpan<byte> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static FormatException Damaged() => new("the message of ZooKeeper is damaged");
}
