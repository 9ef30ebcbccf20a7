using System.Buffers;

namespace Flyball.Metrics.Exposition;

/// <summary>
/// Finds where a series ends without looking at what it says: for a series that was decoded before, that is all.
/// </summary>
internal static class SeriesSpan
{
    private static readonly SearchValues<byte> NameEnd = SearchValues.Create(" \t{\n"u8);
    private static readonly SearchValues<byte> BracePart = SearchValues.Create("\"}\n"u8);

    /// <summary>One past the end of the series that starts at an offset; -1 when its braces do not close.</summary>
    public static int End(ReadOnlySpan<byte> body, int start, bool allowsBlanks)
    {
        int step = body[start..].IndexOfAny(NameEnd);
        if (step < 0) return body.Length;
        int at = start + step;
        if (body[at] == '{') return EndOfBraces(body, at);
        if (!allowsBlanks) return at;
        int brace = at;
        while (brace < body.Length && body[brace] is (byte)' ' or (byte)'\t') brace++;
        return brace < body.Length && body[brace] == '{' ? EndOfBraces(body, brace) : at;
    }

    /// <summary>One past the brace that closes the one at an offset, or -1.</summary>
    public static int EndOfBraces(ReadOnlySpan<byte> body, int open)
    {
        int at = open + 1;
        while (at < body.Length)
        {
            int step = body[at..].IndexOfAny(BracePart);
            if (step < 0) return -1;
            at += step;
            if (body[at] == '}') return at + 1;
            if (body[at] == '\n') return -1;
            at = Quoted.End(body, at) + 1;
            if (at == 0) return -1;
        }

        return -1;
    }
}
