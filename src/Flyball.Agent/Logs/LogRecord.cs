using System.Buffers;
using System.Buffers.Text;

namespace Flyball.Agent.Logs;

/// <summary>
/// One captured line as it stands in a log file: <c>{unix ms} {attempt} {o|e} {raw end} {text}\n</c>. The raw end is
/// the offset in the attempt's raw file just after this line: lines and progress become visible in the same write, so a
/// killed agent neither loses nor repeats a line.
/// </summary>
internal readonly ref struct LogRecord
{
    public long AtUnixMs { get; init; }

    public StreamId Stream { get; init; }

    public long RawEnd { get; init; }

    public ReadOnlySpan<byte> Text { get; init; }

    public void WriteTo(IBufferWriter<byte> output)
    {
        Span<byte> head = output.GetSpan(64);
        int length = Number(head, 0, AtUnixMs);
        length = Number(head, length, Stream.Attempt);
        head[length++] = Stream.IsError ? (byte)'e' : (byte)'o';
        head[length++] = (byte)' ';
        length = Number(head, length, RawEnd);
        output.Advance(length);
        output.Write(Text);
        output.Write("\n"u8);
    }

    /// <summary>Parses a line without its end; false for anything that this program did not write.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out LogRecord record)
    {
        record = default;
        if (!Take(ref line, out long at) || !Take(ref line, out long attempt) || line.Length < 2 || line[1] != ' ')
            return false;
        byte stream = line[0];
        if (stream is not ((byte)'o' or (byte)'e')) return false;
        line = line[2..];
        if (!Take(ref line, out long rawEnd)) return false;
        record = new LogRecord
        {
            AtUnixMs = at,
            Stream = new StreamId((int)attempt, stream == (byte)'e'),
            RawEnd = rawEnd,
            Text = line,
        };
        return true;
    }

    private static int Number(Span<byte> head, int at, long value)
    {
        Utf8Formatter.TryFormat(value, head[at..], out int written);
        head[at + written] = (byte)' ';
        return at + written + 1;
    }

    private static bool Take(ref ReadOnlySpan<byte> line, out long value)
    {
        if (!Utf8Parser.TryParse(line, out value, out int used) || used >= line.Length || line[used] != ' ')
            return false;
        line = line[(used + 1)..];
        return true;
    }
}
