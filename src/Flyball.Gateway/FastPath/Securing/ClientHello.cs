using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// What a client says first (RFC 8446 §4.1.2): the host it wants (RFC 6066 §3) and the protocols it would speak
/// (RFC 7301). Read before anything is answered, only to decide who serves the connection: OpenSSL reads it again and
/// judges
/// it. Whatever is not plainly as usual is <see cref="HelloVerdict.Unusual"/>.
/// </summary>
internal readonly record struct ClientHello(
    string ServerName, bool OffersProtocols, bool OffersHttp11, bool OffersHttp2)
{
    /// <summary>Bytes of the longest that is looked at, headers of records included; usual are 200 to 2,000.</summary>
    public const int BytesMax = 16 * 1024;

    private const int RecordHeader = 5;
    private const int MessageHeader = 4;
    private const byte HandshakeRecord = 22;
    private const int RecordBytesMax = 16 * 1024;
    private const int HostBytesMax = 255;
    private const ushort ServerNames = 0;
    private const ushort Protocols = 16;

    private static readonly SearchValues<byte> HostBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"u8);

    /// <summary>Reads the bytes that a connection begins with.</summary>
    /// <param name="bytes">All that has come.</param>
    /// <param name="room">Where a message of several records is put together; <see cref="BytesMax"/>.</param>
    /// <param name="hello">What it says, when it is complete.</param>
    public static HelloVerdict Read(ReadOnlySpan<byte> bytes, Span<byte> room, out ClientHello hello)
    {
        hello = default;
        if (bytes.Length > 0 && bytes[0] != HandshakeRecord) return HelloVerdict.NoTls;
        if (bytes.Length > 1 && bytes[1] != 3) return HelloVerdict.NoTls;
        HelloVerdict verdict = Join(bytes, room, out int length);
        if (verdict == HelloVerdict.Complete)
            return ReadMessage(room[MessageHeader..length], out hello) ? verdict : HelloVerdict.Unusual;
        return verdict == HelloVerdict.Incomplete && bytes.Length >= BytesMax ? HelloVerdict.Unusual : verdict;
    }

    /// <summary>Takes the message out of its records.</summary>
    private static HelloVerdict Join(ReadOnlySpan<byte> bytes, Span<byte> room, out int length)
    {
        length = 0;
        while (true)
        {
            if (bytes.Length > 0 && bytes[0] != HandshakeRecord) return HelloVerdict.Unusual;
            if (bytes.Length > 1 && bytes[1] != 3) return HelloVerdict.Unusual;
            if (bytes.Length < RecordHeader) return HelloVerdict.Incomplete;
            int record = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
            if (record is 0 or > RecordBytesMax) return HelloVerdict.Unusual;
            ReadOnlySpan<byte> content = bytes[RecordHeader..Math.Min(bytes.Length, RecordHeader + record)];
            if (length + content.Length > room.Length) return HelloVerdict.Unusual;
            content.CopyTo(room[length..]);
            length += content.Length;
            HelloVerdict verdict = Length(room[..length], room.Length, out int whole);
            if (verdict == HelloVerdict.Unusual) return verdict;
            if (content.Length < record) return HelloVerdict.Incomplete;
            if (verdict == HelloVerdict.Complete && length >= whole)
                return length == whole ? HelloVerdict.Complete : HelloVerdict.Unusual;
            bytes = bytes[(RecordHeader + record)..];
        }
    }

    /// <summary>The length that the message says it has.</summary>
    private static HelloVerdict Length(ReadOnlySpan<byte> message, int most, out int whole)
    {
        const byte ClientHelloMessage = 1;
        whole = 0;
        if (message.Length > 0 && message[0] != ClientHelloMessage) return HelloVerdict.Unusual;
        if (message.Length < MessageHeader) return HelloVerdict.Incomplete;
        whole = MessageHeader + (message[1] << 16 | message[2] << 8 | message[3]);
        return whole > most ? HelloVerdict.Unusual : HelloVerdict.Complete;
    }

    private static bool ReadMessage(ReadOnlySpan<byte> message, out ClientHello hello)
    {
        const int VersionAndRandom = 34;
        hello = new ClientHello("", false, false, false);
        var reader = new HelloReader(message);
        reader.Skip(VersionAndRandom);
        reader.Short();
        reader.Long();
        reader.Short();
        // A client of another century sends no extensions: it names no host.
        if (reader.IsGood && reader.IsEmpty) return true;
        var extensions = new HelloReader(reader.Long());
        if (!reader.IsGood || !reader.IsEmpty) return false;
        bool sawNames = false;
        bool sawProtocols = false;
        while (!extensions.IsEmpty)
        {
            ushort kind = extensions.Number();
            ReadOnlySpan<byte> content = extensions.Long();
            if (!extensions.IsGood) return false;
            if (kind == ServerNames && (sawNames || !ReadNames(content, ref hello))) return false;
            if (kind == Protocols && (sawProtocols || !ReadProtocols(content, ref hello))) return false;
            sawNames |= kind == ServerNames;
            sawProtocols |= kind == Protocols;
        }

        return true;
    }

    private static bool ReadNames(ReadOnlySpan<byte> content, ref ClientHello hello)
    {
        var reader = new HelloReader(content);
        var names = new HelloReader(reader.Long());
        byte kind = names.Byte();
        ReadOnlySpan<byte> name = names.Long();
        if (!reader.IsGood || !reader.IsEmpty || !names.IsGood || !names.IsEmpty || kind != 0) return false;
        if (name.Length is 0 or > HostBytesMax || name.ContainsAnyExcept(HostBytes)) return false;
        hello = hello with { ServerName = Encoding.ASCII.GetString(name) };
        return true;
    }

    private static bool ReadProtocols(ReadOnlySpan<byte> content, ref ClientHello hello)
    {
        var reader = new HelloReader(content);
        var names = new HelloReader(reader.Long());
        if (!reader.IsGood || !reader.IsEmpty || names.IsEmpty) return false;
        bool offersHttp11 = false;
        bool offersHttp2 = false;
        while (!names.IsEmpty)
        {
            ReadOnlySpan<byte> name = names.Short();
            if (!names.IsGood || name.IsEmpty) return false;
            offersHttp11 |= name.SequenceEqual("http/1.1"u8);
            offersHttp2 |= name.SequenceEqual("h2"u8);
        }

        hello = hello with { OffersProtocols = true, OffersHttp11 = offersHttp11, OffersHttp2 = offersHttp2 };
        return true;
    }
}
