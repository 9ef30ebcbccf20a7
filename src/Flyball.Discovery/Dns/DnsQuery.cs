using System.Buffers.Binary;

namespace Flyball.Discovery.Dns;

/// <summary>A question as it came; its name is decoded by <see cref="ReadName"/>.</summary>
internal readonly ref struct DnsQuery
{
    public const int HeaderBytes = 12;

    /// <summary>Bytes of the longest name, with the lengths of its labels.</summary>
    public const int NameBytesMax = 255;

    private const int LabelBytesMax = 63;
    private const int ResponseBit = 0x8000;
    private const int OpcodeMask = 0x7800;
    private const ushort InternetClass = 1;
    private const ushort AnyClass = 255;

    public ushort Id { get; private init; }

    public ushort Flags { get; private init; }

    /// <summary>The question's bytes, to be repeated in the answer; empty when it could not be read.</summary>
    public ReadOnlySpan<byte> Question { get; private init; }

    public DnsType Type { get; private init; }

    /// <summary>How it must be answered if not <see cref="DnsCode.NoError"/>.</summary>
    public DnsCode Code { get; private init; }

    /// <summary>Whether an OPT record came with it.</summary>
    public bool HasEdns { get; private init; }

    /// <summary>What the client takes by UDP; 512 unless it said more.</summary>
    public int PayloadBytesMax { get; private init; }

    /// <summary>False for what is not to be answered at all: too short to have an id, or an answer itself.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out DnsQuery query)
    {
        query = default;
        if (message.Length < HeaderBytes) return false;
        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        // Answering answers would let two servers talk for ever.
        if ((flags & ResponseBit) != 0) return false;
        query = new DnsQuery
        {
            Id = BinaryPrimitives.ReadUInt16BigEndian(message),
            Flags = flags,
            PayloadBytesMax = 512,
            Code = (flags & OpcodeMask) != 0 ? DnsCode.NotImplemented : DnsCode.FormatError,
        };
        if (query.Code == DnsCode.NotImplemented) return true;
        int end = EndOfName(message, HeaderBytes);
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1 || end < 0 || end + 4 > message.Length) return true;
        query = Read(message, query, end);
        return true;
    }

    /// <summary>
    /// The name as text in lower case, without a dot at its end; its length, or -1 for what is no text.
    /// </summary>
    public int ReadName(Span<char> name)
    {
        int at = 0;
        int length = 0;
        while (Question[at] != 0)
        {
            int size = Question[at++];
            if (length > 0) name[length++] = '.';
            foreach (byte b in Question.Slice(at, size))
            {
                // A dot within a label would divide it, and everything else that is not printable is nobody's name.
                if (b is <= (byte)' ' or >= 0x7F or (byte)'.') return -1;
                name[length++] = (char)(b is >= (byte)'A' and <= (byte)'Z' ? b | 0x20 : b);
            }

            at += size;
        }

        return length;
    }

    private static DnsQuery Read(ReadOnlySpan<byte> message, DnsQuery query, int end)
    {
        ushort kind = BinaryPrimitives.ReadUInt16BigEndian(message[(end + 2)..]);
        int payload = 512;
        bool hasEdns = false;
        DnsCode code = kind is InternetClass or AnyClass ? DnsCode.NoError : DnsCode.Refused;
        int records = BinaryPrimitives.ReadUInt16BigEndian(message[6..])
            + BinaryPrimitives.ReadUInt16BigEndian(message[8..])
            + BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        int at = end + 4;
        for (int i = 0; i < records; i++)
        {
            at = EndOfName(message, at);
            if (at < 0 || at + 10 > message.Length) return Broken(query);
            int size = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            if (at + 10 + size > message.Length) return Broken(query);
            if (BinaryPrimitives.ReadUInt16BigEndian(message[at..]) == (ushort)DnsType.OPT)
            {
                if (hasEdns) return Broken(query);
                hasEdns = true;
                payload = Math.Max(512, (int)BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]));
                if (message[at + 5] != 0) code = DnsCode.BadVersion;
            }

            at += 10 + size;
        }

        return new DnsQuery
        {
            Id = query.Id,
            Flags = query.Flags,
            Question = message[HeaderBytes..(end + 4)],
            Type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[end..]),
            Code = code,
            HasEdns = hasEdns,
            PayloadBytesMax = payload,
        };
    }

    private static DnsQuery Broken(DnsQuery query) => new()
    {
        Id = query.Id, Flags = query.Flags, Code = DnsCode.FormatError, PayloadBytesMax = 512,
    };

    /// <summary>Where the name ends; -1 when it does not. A pointer leads nowhere in a question.</summary>
    private static int EndOfName(ReadOnlySpan<byte> message, int from)
    {
        int at = from;
        while (at < message.Length)
        {
            int size = message[at];
            if (size == 0) return at + 1 - from <= NameBytesMax ? at + 1 : -1;
            if (size > LabelBytesMax) return -1;
            at += size + 1;
        }

        return -1;
    }
}
