using System.Text;

namespace Flyball.Metrics.Exposition;

/// <summary>Text in double quotes with the three escapes of the exposition formats.</summary>
internal static class Quoted
{
    /// <summary>Where the quote that opens at an offset closes, or -1.</summary>
    public static int End(ReadOnlySpan<byte> text, int open)
    {
        int at = open + 1;
        while (at < text.Length)
        {
            int step = text[at..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0) return -1;
            at += step;
            if (text[at] == '"') return at;
            at += 2;
        }

        return -1;
    }

    /// <summary>Undoes <c>\\</c>, <c>\"</c> and <c>\n</c>; any other backslash stands for itself.</summary>
    public static string Unescape(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            char next = text[at] == '\\' && at + 1 < text.Length ? text[at + 1] : '\0';
            if (next is '\\' or '"' or 'n')
            {
                result.Append(next == 'n' ? '\n' : next);
                at++;
            }
            else
            {
                result.Append(text[at]);
            }
        }

        return result.ToString();
    }

    /// <summary>A help text, in which quotes need no escape in Prometheus' text format but may have one.</summary>
    public static ReadOnlySpan<byte> UnescapeHelp(ReadOnlySpan<byte> text) =>
        text.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(Unescape(Encoding.UTF8.GetString(text))) : text;
}
