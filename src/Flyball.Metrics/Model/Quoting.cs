using System.Globalization;
using System.Text;

namespace Flyball.Metrics.Model;

/// <summary>
/// Writes strings in double quotes with Go's escapes, as Prometheus prints label values and literals.
/// </summary>
internal static class Quoting
{
    public static string Quote(string text)
    {
        var result = new StringBuilder(text.Length + 2);
        AppendQuoted(result, text);
        return result.ToString();
    }

    public static void AppendQuoted(StringBuilder to, ReadOnlySpan<char> text)
    {
        to.Append('"');
        foreach (Rune rune in text.EnumerateRunes()) AppendEscaped(to, rune);
        to.Append('"');
    }

    private static void AppendEscaped(StringBuilder to, Rune rune)
    {
        string? named = rune.Value switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\a' => "\\a",
            '\b' => "\\b",
            '\f' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\v' => "\\v",
            _ => null,
        };
        if (named is not null) to.Append(named);
        else if (IsPrintable(rune)) to.Append(rune.ToString());
        else if (rune.Value < 0x80) to.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        else if (rune.Value < 0x10000) to.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        else to.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
    }

    private static bool IsPrintable(Rune rune) =>
        rune.IsAscii
            ? rune.Value is >= ' ' and < 0x7F
            : Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator);
}
