using System.Buffers.Binary;
using System.Net;
using System.Text;
using Flyball.Discovery.Dns;

namespace Flyball.Discovery.Sources;

/// <summary>
/// Reads an answer of DNS (RFC 1035), from anybody: names only ever point backwards, and everything is bounded by the
/// message's own length.
/// </summary>
internal sealed class DnsResponse
{
    private const int HeaderBytes = 12;
    private const int NameCharsMax = 255;
    private const int FixedBytes = 10;
    private const int SrvBytes = 6;
    private const ushort ResponseFlag = 0x8000;
    private const ushort TruncatedFlag = 0x0200;
    private const ushort CodeMask = 0x000F;
    private const byte PointerBits = 0xC0;

    private DnsResponse(DnsCode code, bool isTruncated)
    {
        Code = code;
        IsTruncated = isTruncated;
    }

    public DnsCode Code { get; }

    public bool IsTruncated { get; }

    public List<DnsRecord> Answers { get; } = [];

    public List<DnsRecord> Additional { get; } = [];

    /// <summary>A question for one name and type.</summary>
    /// <exception cref="FormatException">The name is none.</exception>
    public static byte[] Question(ushort id, string name, DnsType type)
    {
        var message = new List<byte>
            { (byte)(id >> 8), (byte)id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
        foreach (string label in name.Split('.'))
        {
            if (label.Length is 0 or > 63) throw new FormatException($"'{name}' is no name of DNS.");
            message.Add((byte)label.Length);
            message.AddRange(Encoding.ASCII.GetBytes(label));
        }

        message.AddRange([0, (byte)((int)type >> 8), (byte)type, 0, 1]);
        return [.. message];
    }

    /// <summary>Null for an answer to something else; a late one of an earlier question, for instance.</summary>
    /// <exception cref="FormatException">It answers this question and is damaged.</exception>
    public static DnsResponse? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> question)
    {
        if (message.Length < HeaderBytes || !message[..2].SequenceEqual(question[..2])) return null;
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if ((flags & ResponseFlag) == 0) return null;
        var response = new DnsResponse((DnsCode)(flags & CodeMask), (flags & TruncatedFlag) != 0);
        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        ReadOnlySpan<byte> asked = question[HeaderBytes..];
        int at = HeaderBytes;
        // Servers that cannot read a question do not repeat it.
        if (questions == 0 && response.Code != DnsCode.NoError) return response;
        if (questions != 1 || message.Length < at + asked.Length
            || !Ascii.EqualsIgnoreCase(message.Slice(at, asked.Length), asked)) return null;
        at += asked.Length;
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int authorities = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        int additional = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        // A truncated answer ends where it ends: it is asked for anew, by TCP.
        if (response.IsTruncated) return response;
        for (int i = 0; i < answers + authorities + additional; i++)
        {
            DnsRecord? record = ReadRecord(message, ref at);
            if (record is null) continue;
            if (i < answers) response.Answers.Add(record);
            else if (i >= answers + authorities) response.Additional.Add(record);
        }

        return response;
    }

    /// <summary>Null for a type that means nothing to a source.</summary>
    private static DnsRecord? ReadRecord(ReadOnlySpan<byte> message, ref int at)
    {
        string name = ReadName(message, ref at);
        if (at + FixedBytes > message.Length) throw Damaged();
        var type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        uint ttl = BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
        int data = at + FixedBytes;
        at = data + length;
        if (at > message.Length) throw Damaged();
        // RFC 2181: a TTL with the highest bit is none.
        var record = new DnsRecord(name, type, TimeSpan.FromSeconds(ttl > int.MaxValue ? 0 : ttl));
        switch (type)
        {
            case DnsType.A when length == 4:
            case DnsType.AAAA when length == 16:
                return record with { Address = new IPAddress(message.Slice(data, length)) };
            case DnsType.CNAME:
                return record with { Target = ReadName(message, ref data) };
            case DnsType.SRV when length > SrvBytes:
                int target = data + SrvBytes;
                return record with
                {
                    Priority = BinaryPrimitives.ReadUInt16BigEndian(message[data..]),
                    Weight = BinaryPrimitives.ReadUInt16BigEndian(message[(data + 2)..]),
                    Port = BinaryPrimitives.ReadUInt16BigEndian(message[(data + 4)..]),
                    Target = ReadName(message, ref target),
                };
            case DnsType.A or DnsType.AAAA or DnsType.SRV:
                throw Damaged();
            default:
                return null;
        }
    }

    private static string ReadName(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        int read = at;
        int least = at;
        bool hasJumped = false;
        while (true)
        {
            if (read >= message.Length) throw Damaged();
            int length = message[read];
            if ((length & PointerBits) == PointerBits)
            {
                if (read + 1 >= message.Length) throw Damaged();
                int target = ((length & ~PointerBits) << 8) | message[read + 1];
                if (!hasJumped) at = read + 2;
                hasJumped = true;
                // Only ever backwards: so it ends.
                if (target >= least) throw Damaged();
                least = read = target;
                continue;
            }

            if ((length & PointerBits) != 0) throw Damaged();
            read++;
            if (length == 0) break;
            if (read + length > message.Length || name.Length + length + 1 > NameCharsMax) throw Damaged();
            if (name.Length > 0) name.Append('.');
            name.Append(Encoding.Latin1.GetString(message.Slice(read, length)).ToLowerInvariant());
            read += length;
        }

        if (!hasJumped) at = read;
        return name.ToString();
    }

    private static FormatException Damaged() => new("the answer of DNS is damaged");
}
