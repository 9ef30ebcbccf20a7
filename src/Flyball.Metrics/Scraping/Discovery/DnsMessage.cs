using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Questions and answers of DNS (RFC 1035, 2782, 3596), as far as discovery needs them.</summary>
internal static class DnsMessage
{
    /// <summary>Bytes of the longest name.</summary>
    private const int NameBytesMax = 255;

    private const int LabelBytesMax = 63;
    private const int HeaderBytes = 12;
    private const int PointersMax = 32;

    /// <summary>Null when the name cannot be asked for.</summary>
    public static byte[]? TryAsk(ushort id, string name, DnsRecordType type)
    {
        var message = new List<byte>();
        Span<byte> header = stackalloc byte[HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(header, id);
        header[2] = 1; // Recursion is desired.
        header[5] = 1; // One question.
        message.AddRange(header);
        foreach (string label in name.TrimEnd('.').Split('.'))
        {
            byte[] bytes = Encoding.ASCII.GetBytes(label);
            if (bytes.Length is 0 or > LabelBytesMax) return null;
            message.Add((byte)bytes.Length);
            message.AddRange(bytes);
        }

        if (message.Count - HeaderBytes > NameBytesMax) return null;
        message.AddRange([0, 0, (byte)type, 0, 1]);
        return [.. message];
    }

    /// <summary>Whether the answer is cut and the question is to be asked over TCP.</summary>
    public static bool IsCut(ReadOnlySpan<byte> message) => message.Length >= HeaderBytes && (message[2] & 2) != 0;

    /// <summary>The records of an answer; null when it is none, or not to this question.</summary>
    /// <param name="message">As it came.</param>
    /// <param name="id">Of the question.</param>
    /// <param name="type">Records of other types are passed over.</param>
    /// <param name="code">The answer's code: 0 success, 3 no such name.</param>
    public static List<DnsRecord>? TryRead(
        ReadOnlySpan<byte> message, ushort id, DnsRecordType type, out int code)
    {
        code = -1;
        if (message.Length < HeaderBytes || BinaryPrimitives.ReadUInt16BigEndian(message) != id) return null;
        if ((message[2] & 0x80) == 0) return null;
        code = message[3] & 15;
        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int at = HeaderBytes;
        for (int index = 0; index < questions; index++)
        {
            if (!TrySkipName(message, ref at)) return null;
            at += 4;
        }

        var records = new List<DnsRecord>();
        for (int index = 0; index < answers; index++)
        {
            if (!TrySkipName(message, ref at) || at + 10 > message.Length) return null;
            int kind = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            int size = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + size > message.Length) return null;
            if (kind == (int)type && TryReadRecord(message, at, size, type) is { } record) records.Add(record);
            at += size;
        }

        return records;
    }

    private static DnsRecord? TryReadRecord(ReadOnlySpan<byte> message, int at, int size, DnsRecordType type)
    {
        switch (type)
        {
            case DnsRecordType.A when size == 4:
            case DnsRecordType.AAAA when size == 16:
                return new DnsRecord(new IPAddress(message.Slice(at, size)).ToString(), 0);
            case DnsRecordType.SRV when size > 6:
                int port = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 4)..]);
                return TryReadName(message, at + 6) is { } target ? new DnsRecord(target, port) : null;
            case DnsRecordType.MX when size > 2:
                return TryReadName(message, at + 2) is { } exchange ? new DnsRecord(exchange, 0) : null;
            case DnsRecordType.NS:
                return TryReadName(message, at) is { } server ? new DnsRecord(server, 0) : null;
            default:
                return null;
        }
    }

    private static bool TrySkipName(ReadOnlySpan<byte> message, ref int at)
    {
        while (at < message.Length)
        {
            byte size = message[at];
            if (size == 0)
            {
                at++;
                return true;
            }

            if ((size & 0xC0) == 0xC0)
            {
                at += 2;
                return at <= message.Length;
            }

            at += size + 1;
        }

        return false;
    }

    private static string? TryReadName(ReadOnlySpan<byte> message, int at)
    {
        var name = new StringBuilder();
        int pointers = 0;
        while (at < message.Length)
        {
            byte size = message[at];
            if (size == 0) return name.ToString();
            if ((size & 0xC0) == 0xC0)
            {
                // A pointer may point at itself.
                if (++pointers > PointersMax || at + 1 >= message.Length) return null;
                at = ((size & 0x3F) << 8) | message[at + 1];
                continue;
            }

            if (size > LabelBytesMax || at + 1 + size > message.Length || name.Length > NameBytesMax) return null;
            if (name.Length > 0) name.Append('.');
            name.Append(Encoding.ASCII.GetString(message.Slice(at + 1, size)));
            at += size + 1;
        }

        return null;
    }
}
