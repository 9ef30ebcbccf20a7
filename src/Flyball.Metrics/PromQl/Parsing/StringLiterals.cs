using System.Globalization;
using System.Text;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Syntax;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>Strings in double, single or back quotes, with Go's escapes (none in back quotes).</summary>
internal static class StringLiterals
{
    /// <summary>The index behind the closing quote of the string that starts at <paramref name="start"/>.</summary>
    public static int FindEnd(string input, int start)
    {
        char quote = input[start];
        int at = start + 1;
        while (true)
        {
            if (at >= input.Length)
                throw Error(start, input, quote == '`' ? "unterminated raw string" : "unterminated quoted string");
            char c = input[at++];
            if (c == quote) return at;
            if (quote == '`') continue;
            if (c == '\n') throw Error(start, input, "unterminated quoted string");
            if (c == '\\') SkipEscape(input, start, quote, ref at);
        }
    }

    /// <summary>What a string that <see cref="FindEnd"/> delimited stands for.</summary>
    public static string Unquote(string quoted)
    {
        string inner = quoted[1..^1];
        if (quoted[0] == '`') return inner.Replace("\r", "", StringComparison.Ordinal);
        if (!inner.Contains('\\', StringComparison.Ordinal)) return inner;

        // Octal and \x escapes are bytes, so that \xc3\xa9 is one character.
        using var bytes = new MemoryStream(inner.Length);
        int at = 0;
        while (at < inner.Length)
        {
            if (inner[at] == '\\') bytes.Write(Unescape(inner, ref at));
            else bytes.Write(TakeRune(inner, ref at));
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static byte[] TakeRune(string text, ref int at)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length);
        at += length;
        return Encoding.UTF8.GetBytes(rune.ToString());
    }

    private static byte[] Unescape(string text, ref int at)
    {
        char c = text[at + 1];
        at += 2;
        int digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            int value = int.Parse(
                text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            at += digits;
            return c == 'x' ? [(byte)value] : Encoding.UTF8.GetBytes(new Rune(value).ToString());
        }

        if (c is >= '0' and <= '7')
        {
            int value = ((c - '0') * 64) + ((text[at] - '0') * 8) + text[at + 1] - '0';
            at += 2;
            return [(byte)value];
        }

        return c switch
        {
            'a' => "\a"u8.ToArray(),
            'b' => "\b"u8.ToArray(),
            'f' => "\f"u8.ToArray(),
            'n' => "\n"u8.ToArray(),
            'r' => "\r"u8.ToArray(),
            't' => "\t"u8.ToArray(),
            'v' => "\v"u8.ToArray(),
            _ => [(byte)c],
        };
    }

    private static void SkipEscape(string input, int start, char quote, ref int at)
    {
        if (at >= input.Length) throw Error(start, input, "escape sequence not terminated");
        char c = input[at++];
        if (c == quote || c is 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or '\\') return;
        (int digits, int radix, long max) = c switch
        {
            >= '0' and <= '7' => (3, 8, 255L),
            'x' => (2, 16, 255L),
            'u' => (4, 16, 0x10FFFFL),
            'U' => (8, 16, 0x10FFFFL),
            _ => (0, 0, 0L),
        };
        if (digits == 0) throw Error(start, input, $"unknown escape sequence {Describe(c)}");
        if (radix == 8) at--;
        long value = 0;
        for (int i = 0; i < digits; i++)
        {
            if (at >= input.Length) throw Error(start, input, "escape sequence not terminated");
            int digit = char.IsAsciiHexDigit(input[at]) ? Convert.ToInt32(input[at].ToString(), 16) : radix;
            if (digit >= radix)
                throw Error(start, input, $"illegal character {Describe(input[at])} in escape sequence");
            value = (value * radix) + digit;
            at++;
        }

        if (value > max || value is >= 0xD800 and < 0xE000)
            throw Error(start, input, "escape sequence is an invalid Unicode code point");
    }

    private static string Describe(char c) =>
        string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4} '{Quoting.Quote(c.ToString())[1..^1]}'");

    private static ParseException Error(int start, string input, string message) =>
        new(new TextRange(start, input.Length), message);
}
