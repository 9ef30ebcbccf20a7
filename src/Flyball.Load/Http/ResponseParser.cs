using System.Buffers.Text;
using System.Text;

namespace Flyball.Load.Http;

/// <summary>
/// Finds the end of one answer after the other in the bytes of a connection (RFC 9112), and keeps its status. Bodies
/// are passed over.
/// </summary>
internal sealed class ResponseParser
{
    private readonly ChunkedBody chunks = new();
    private long bodyLeft;
    private BodyKind body;
    private bool inBody;

    private enum BodyKind
    {
        Length,
        Chunked,
        UntilClose,
    }

    /// <summary>Of the answer that ended last.</summary>
    public int Status { get; private set; }

    /// <summary>Whether the connection may carry another request.</summary>
    public bool KeepsAlive { get; private set; }

    /// <summary>The answer so far ends when the connection does.</summary>
    public bool EndsWithConnection => inBody && body == BodyKind.UntilClose;

    /// <summary>Ready for the next answer.</summary>
    public void Reset() => (inBody, Status) = (false, 0);

    /// <summary>Reads on.</summary>
    /// <param name="bytes">What is not consumed yet; the head must be in it as a whole to be read.</param>
    /// <param name="hasNoBody">The request was one whose answers have none.</param>
    /// <param name="consumed">How much of it was used; the rest must be offered again, with more behind it.</param>
    public ResponseStep Read(ReadOnlySpan<byte> bytes, bool hasNoBody, out int consumed)
    {
        consumed = 0;
        while (!inBody)
        {
            int end = bytes[consumed..].IndexOf("\r\n\r\n"u8);
            if (end < 0) return ResponseStep.NeedsMore;
            if (!ReadHead(bytes.Slice(consumed, end + 2), hasNoBody)) return ResponseStep.Invalid;
            consumed += end + 4;

            // An interim answer such as 100 has the real one behind it.
            inBody = Status >= 200;
        }

        return ReadBody(bytes[consumed..], ref consumed);
    }

    private ResponseStep ReadBody(ReadOnlySpan<byte> bytes, ref int consumed)
    {
        switch (body)
        {
            case BodyKind.Length:
                int part = (int)Math.Min(bodyLeft, bytes.Length);
                bodyLeft -= part;
                consumed += part;
                return bodyLeft == 0 ? ResponseStep.Complete : ResponseStep.NeedsMore;
            case BodyKind.Chunked:
                ResponseStep step = chunks.Read(bytes, out int used);
                consumed += used;
                return step;
            default:
                consumed += bytes.Length;
                return ResponseStep.NeedsMore;
        }
    }

    private bool ReadHead(ReadOnlySpan<byte> head, bool hasNoBody)
    {
        int lineEnd = head.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> line = head[..lineEnd];
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[8] != ' '
            || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out int digits) || digits != 3 || status < 100)
            return false;
        Status = status;
        KeepsAlive = line[7] == '1';
        long length = -1;
        bool isChunked = false;
        for (head = head[(lineEnd + 2)..]; head.Length > 0; head = head[(lineEnd + 2)..])
        {
            lineEnd = head.IndexOf("\r\n"u8);
            if (!ReadField(head[..lineEnd], ref length, ref isChunked)) return false;
        }

        bool isEmpty = hasNoBody || status is 204 or 304;
        body = isEmpty ? BodyKind.Length
            : isChunked ? BodyKind.Chunked
            : length >= 0 ? BodyKind.Length
            : BodyKind.UntilClose;
        bodyLeft = isEmpty ? 0 : length;
        chunks.Reset();
        return true;
    }

    private bool ReadField(ReadOnlySpan<byte> line, ref long length, ref bool isChunked)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0) return false;
        ReadOnlySpan<byte> value = line[(colon + 1)..];
        value = value[Ascii.Trim(value)];
        switch (colon)
        {
            case 14 when Ascii.EqualsIgnoreCase(line[..colon], "content-length"u8):
                return Utf8Parser.TryParse(value, out length, out int used) && used == value.Length && length >= 0;
            case 17 when Ascii.EqualsIgnoreCase(line[..colon], "transfer-encoding"u8):
                isChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
                return isChunked;
            case 10 when Ascii.EqualsIgnoreCase(line[..colon], "connection"u8):
                if (Ascii.EqualsIgnoreCase(value, "close"u8)) KeepsAlive = false;
                if (Ascii.EqualsIgnoreCase(value, "keep-alive"u8)) KeepsAlive = true;
                return true;
            default:
                return true;
        }
    }
}
