using System.Buffers.Text;

namespace Flyball.Load.Http;

/// <summary>Passes over a body in chunks and its trailers (RFC 9112, 7.1).</summary>
internal sealed class ChunkedBody
{
    private State state;
    private long left;

    private enum State
    {
        Size,
        Data,
        DataEnd,
        Trailer,
    }

    public void Reset() => (state, left) = (State.Size, 0);

    public ResponseStep Read(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = bytes[consumed..];
            if (state == State.Data)
            {
                int part = (int)Math.Min(left, rest.Length);
                consumed += part;
                left -= part;
                if (left > 0) return ResponseStep.NeedsMore;
                state = State.DataEnd;
                continue;
            }

            int end = rest.IndexOf("\r\n"u8);
            if (end < 0) return ResponseStep.NeedsMore;
            ReadOnlySpan<byte> line = rest[..end];
            consumed += end + 2;
            if (state == State.Trailer)
            {
                if (line.Length == 0) return ResponseStep.Complete;
            }
            else if (state == State.DataEnd)
            {
                if (line.Length > 0) return ResponseStep.Invalid;
                state = State.Size;
            }
            else
            {
                if (!Utf8Parser.TryParse(line, out left, out int digits, 'x') || digits == 0 || left < 0)
                    return ResponseStep.Invalid;
                state = left == 0 ? State.Trailer : State.Data;
            }
        }
    }
}
