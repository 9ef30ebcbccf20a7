using System.Globalization;

namespace Flyball.Metrics.Model.Patterns;

/// <summary>Reads what follows a backslash, in and outside of brackets.</summary>
internal static class PatternEscapes
{
    /// <summary>
    /// Reads <c>\d</c>, <c>\W</c>, <c>\pL</c>, <c>\P{Lu}</c>; null and no movement for anything else.
    /// </summary>
    public static RuneSet? TryReadSet(string text, ref int at)
    {
        if (at + 1 >= text.Length) return null;
        RuneSet? set = text[at + 1] switch
        {
            'd' => RuneSet.Digits,
            'D' => RuneSet.Digits.Complement(),
            'w' => RuneSet.Word,
            'W' => RuneSet.Word.Complement(),
            's' => RuneSet.Space,
            'S' => RuneSet.Space.Complement(),
            _ => null,
        };
        if (set is not null)
        {
            at += 2;
            return set;
        }

        return text[at + 1] is 'p' or 'P' ? ReadUnicodeClass(text, ref at) : null;
    }

    public static int ReadRune(string text, ref int at)
    {
        int start = at++;
        if (at >= text.Length) throw new PatternException("trailing backslash at end of expression: ``");
        char c = text[at++];
        if (c is >= '1' and <= '7' && (at >= text.Length || text[at] is < '0' or > '7')) throw Invalid(text, start, at);
        if (c is >= '0' and <= '7') return ReadOctal(text, c - '0', ref at);
        if (c == 'x') return ReadHex(text, start, ref at);
        int control = c switch
        {
            'a' => '\a',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            _ => -1,
        };
        if (control >= 0) return control;
        if (c < 0x80 && !char.IsAsciiLetterOrDigit(c)) return c;
        throw Invalid(text, start, at);
    }

    private static int ReadOctal(string text, int value, ref int at)
    {
        for (int i = 0; i < 2 && at < text.Length && text[at] is >= '0' and <= '7'; i++)
            value = (value * 8) + text[at++] - '0';
        return value;
    }

    private static int ReadHex(string text, int start, ref int at)
    {
        string digits;
        if (at < text.Length && text[at] == '{')
        {
            int end = text.IndexOf('}', at);
            if (end < 0) throw Invalid(text, start, text.Length);
            digits = text[(at + 1)..end];
            at = end + 1;
        }
        else
        {
            if (at + 2 > text.Length) throw Invalid(text, start, text.Length);
            digits = text.Substring(at, 2);
            at += 2;
        }

        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int rune)
            || rune is < 0 or > RuneSet.MaxRune or (>= 0xD800 and <= 0xDFFF))
            throw Invalid(text, start, at);
        return rune;
    }

    private static RuneSet ReadUnicodeClass(string text, ref int at)
    {
        int start = at;
        bool negated = text[at + 1] == 'P';
        at += 2;
        if (at >= text.Length) throw new PatternException($"invalid character class range: `{text[start..]}`");
        int end = text[at] == '{' ? text.IndexOf('}', at) : at;
        if (end < 0) throw new PatternException($"invalid character class range: `{text[start..]}`");
        string name = text[at] == '{' ? text[(at + 1)..end] : text[at].ToString();
        at = end + 1;
        if (name.StartsWith('^')) (negated, name) = (!negated, name[1..]);
        RuneSet set = UnicodeClasses.Find(name)
            ?? throw new PatternException($"invalid character class range: `{text[start..at]}`");
        return negated ? set.Complement() : set;
    }

    private static PatternException Invalid(string text, int start, int end) =>
        new($"invalid escape sequence: `{text[start..end]}`");
}
