using System.Globalization;
using System.Text;

namespace Flyball.Metrics.Api.Requests;

/// <summary>
/// Label names in paths: <c>U__</c> marks one whose letters are escaped, with <c>__</c> for an underscore and
/// <c>_2e_</c> for a character by its hexadecimal number.
/// </summary>
internal static class EscapedNames
{
    private const string Mark = "U__";
    private const int HexDigitsMax = 6;

    /// <summary>The name that was meant; as it is when it is not escaped, or not as it should be.</summary>
    public static string Read(string name)
    {
        if (!name.StartsWith(Mark, StringComparison.Ordinal)) return name;
        var plain = new StringBuilder(name.Length);
        int at = Mark.Length;
        while (at < name.Length)
        {
            if (name[at] != '_')
            {
                plain.Append(name[at++]);
                continue;
            }

            int end = name.IndexOf('_', at + 1);
            if (end < 0 || end - at - 1 > HexDigitsMax) return name;
            if (end == at + 1) plain.Append('_');
            else if (TryRune(name.AsSpan(at + 1, end - at - 1), out Rune rune)) plain.Append(rune.ToString());
            else return name;
            at = end + 1;
        }

        return plain.ToString();
    }

    private static bool TryRune(ReadOnlySpan<char> hex, out Rune rune)
    {
        rune = default;
        return int.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            && Rune.TryCreate(value, out rune);
    }
}
