using System.Buffers.Binary;
using System.Text;

namespace Flyball.Discovery.Dns;

/// <summary>Writes an answer into a buffer; a record that does not fit is taken back whole.</summary>
internal ref struct DnsWriter(Span<byte> buffer)
{
    /// <summary>Points at the question's name, with which every answer begins.</summary>
    private const ushort QuestionPointer = 0xC00C;

    private const ushort InternetClass = 1;
    private const ushort AnswerFlags = 0x8400;
    private const ushort TruncatedFlag = 0x0200;
    private const ushort RecursionDesiredFlag = 0x0100;

    /// <summary>Of an OPT record without options.</summary>
    public const int EdnsBytes = 11;

    private readonly Span<byte> buffer = buffer;
    private int length;

    public readonly int Length => length;

    /// <summary>Room for what comes at the end.</summary>
    public int Reserved { get; set; }

    public void Begin(in DnsQuery query)
    {
        buffer[..DnsQuery.HeaderBytes].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(buffer, query.Id);
        BinaryPrimitives.WriteUInt16BigEndian(
            buffer[2..], (ushort)(AnswerFlags | (query.Flags & RecursionDesiredFlag)));
        BinaryPrimitives.WriteUInt16BigEndian(buffer[4..], query.Question.IsEmpty ? (ushort)0 : (ushort)1);
        query.Question.CopyTo(buffer[DnsQuery.HeaderBytes..]);
        length = DnsQuery.HeaderBytes + query.Question.Length;
    }

    public readonly void SetCode(DnsCode code) => buffer[3] = (byte)((buffer[3] & 0xF0) | ((int)code & 0x0F));

    /// <summary>Not this server's to say: without the mark of authority.</summary>
    public readonly void ClearAuthority() => buffer[2] &= 0xFB;

    public readonly void SetTruncated() =>
        BinaryPrimitives.WriteUInt16BigEndian(
            buffer[2..], (ushort)(BinaryPrimitives.ReadUInt16BigEndian(buffer[2..]) | TruncatedFlag));

    public readonly void SetCounts(int answers, int authorities, int additionals)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer[6..], (ushort)answers);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[8..], (ushort)authorities);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[10..], (ushort)additionals);
    }

    /// <summary>Forgets what was written after a point.</summary>
    public void Rewind(int to) => length = to;

    /// <summary>An A or AAAA record of the question's name, or of a name written before.</summary>
    public bool TryAddress(scoped ReadOnlySpan<byte> address, uint ttl, int owner = 0)
    {
        int from = length;
        return (TryHead(owner, address.Length == 4 ? DnsType.A : DnsType.AAAA, ttl, address.Length)
            && TryBytes(address)) || TakeBack(from);
    }

    /// <summary>A record whose data is a name. By an owner of 0 it belongs to the question's name.</summary>
    public bool TryName(DnsType type, scoped ReadOnlySpan<char> target, uint ttl)
    {
        int from = length;
        if (!TryHead(0, type, ttl, 0)) return TakeBack(from);
        int data = length;
        if (!TryName(target)) return TakeBack(from);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(data - 2)..], (ushort)(length - data));
        return true;
    }

    /// <param name="priority">Lower is asked first.</param>
    /// <param name="weight">Its share.</param>
    /// <param name="port">Its port.</param>
    /// <param name="target">The host's name; never shortened by a pointer (RFC 2782).</param>
    /// <param name="ttl">Seconds.</param>
    /// <param name="targetAt">Where the name was written, for records about it.</param>
    public bool TryService(
        ushort priority, ushort weight, ushort port, scoped ReadOnlySpan<char> target, uint ttl, out int targetAt)
    {
        int from = length;
        targetAt = 0;
        if (!TryHead(0, DnsType.SRV, ttl, 0) || length + 6 > Limit) return TakeBack(from);
        int data = length;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[length..], priority);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(length + 2)..], weight);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(length + 4)..], port);
        length += 6;
        targetAt = length;
        if (!TryName(target)) return TakeBack(from);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(data - 2)..], (ushort)(length - data));
        return true;
    }

    /// <summary>The zone's own record.</summary>
    /// <param name="domain">The zone.</param>
    /// <param name="serial">Grows with every change.</param>
    /// <param name="ttl">Seconds; also how long an absence may be kept.</param>
    public bool TryAuthority(scoped ReadOnlySpan<char> domain, uint serial, uint ttl)
    {
        const uint Refresh = 3_600;
        const uint Retry = 600;
        const uint Expire = 86_400;
        int from = length;
        if (!TryName(domain) || !TryFixed(DnsType.SOA, ttl, 0)) return TakeBack(from);
        int data = length;
        if (!TryName("ns.", domain) || !TryName("hostmaster.", domain) || length + 20 > Limit) return TakeBack(from);
        foreach (uint number in (ReadOnlySpan<uint>)[serial, Refresh, Retry, Expire, ttl])
        {
            BinaryPrimitives.WriteUInt32BigEndian(buffer[length..], number);
            length += 4;
        }

        BinaryPrimitives.WriteUInt16BigEndian(buffer[(data - 2)..], (ushort)(length - data));
        return true;
    }

    /// <summary>The OPT record; its room was reserved.</summary>
    public void Edns(int payloadBytesMax, DnsCode code)
    {
        Span<byte> to = buffer.Slice(length, EdnsBytes);
        to.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(to[1..], (ushort)DnsType.OPT);
        BinaryPrimitives.WriteUInt16BigEndian(to[3..], (ushort)payloadBytesMax);
        to[5] = (byte)((int)code >> 4);
        length += EdnsBytes;
    }

    private readonly int Limit => buffer.Length - Reserved;

    private bool TakeBack(int to)
    {
        length = to;
        return false;
    }

    private bool TryHead(int owner, DnsType type, uint ttl, int dataBytes)
    {
        if (length + 2 > Limit) return false;
        BinaryPrimitives.WriteUInt16BigEndian(
            buffer[length..], owner == 0 ? QuestionPointer : (ushort)(0xC000 | owner));
        length += 2;
        return TryFixed(type, ttl, dataBytes);
    }

    private bool TryFixed(DnsType type, uint ttl, int dataBytes)
    {
        if (length + 10 > Limit) return false;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[length..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(length + 2)..], InternetClass);
        BinaryPrimitives.WriteUInt32BigEndian(buffer[(length + 4)..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(length + 8)..], (ushort)dataBytes);
        length += 10;
        return true;
    }

    private bool TryBytes(scoped ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > Limit) return false;
        bytes.CopyTo(buffer[length..]);
        length += bytes.Length;
        return true;
    }

    private bool TryName(scoped ReadOnlySpan<char> first, scoped ReadOnlySpan<char> rest)
    {
        Span<char> whole = stackalloc char[DnsQuery.NameBytesMax];
        if (first.Length + rest.Length > whole.Length) return false;
        first.CopyTo(whole);
        rest.CopyTo(whole[first.Length..]);
        return TryName(whole[..(first.Length + rest.Length)]);
    }

    /// <summary>Whether it can be written at all: labels of ASCII with dots between them.</summary>
    public static bool IsName(scoped ReadOnlySpan<char> name)
    {
        const int LabelBytesMax = 63;
        if (name.Length is 0 or > DnsQuery.NameBytesMax - 2 || !Ascii.IsValid(name)) return false;
        foreach (Range range in name.Split('.'))
            if (name[range].Length is 0 or > LabelBytesMax) return false;
        return true;
    }

    private bool TryName(scoped ReadOnlySpan<char> name)
    {
        if (!IsName(name) || length + name.Length + 2 > Limit) return false;
        foreach (Range range in name.Split('.'))
        {
            ReadOnlySpan<char> label = name[range];
            buffer[length++] = (byte)label.Length;
            length += Encoding.ASCII.GetBytes(label, buffer[length..]);
        }

        buffer[length++] = 0;
        return true;
    }
}
