using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Flyball.Metrics.Model.Patterns;

/// <summary>
/// Go's templates for what a pattern matched: <c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>$$</c>; what names no group is
/// empty.
/// </summary>
internal static class GroupTemplate
{
    public static string Expand(string template, Match match, IReadOnlyList<string?> groups)
    {
        var result = new StringBuilder();
        int at = 0;
        while (at < template.Length)
        {
            if (template[at] != '$' || at + 1 == template.Length)
            {
                result.Append(template[at++]);
            }
            else if (template[at + 1] == '$')
            {
                result.Append('$');
                at += 2;
            }
            else if (TryReadName(template, ref at) is { } name)
            {
                AppendGroup(result, match, groups, name);
            }
            else
            {
                result.Append(template[at++]);
            }
        }

        return result.ToString();
    }

    /// <summary>Reads the name behind a dollar sign; null and no movement when none is there.</summary>
    private static string? TryReadName(string template, ref int at)
    {
        bool isBraced = template[at + 1] == '{';
        int start = at + (isBraced ? 2 : 1), end = start;
        while (end < template.Length && (char.IsLetterOrDigit(template[end]) || template[end] == '_')) end++;
        if (end == start || (isBraced && (end == template.Length || template[end] != '}'))) return null;
        at = isBraced ? end + 1 : end;
        return template[start..end];
    }

    private static void AppendGroup(StringBuilder to, Match match, IReadOnlyList<string?> groups, string name)
    {
        if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            if (number == 0) to.Append(match.Value);
            else if (number <= groups.Count) to.Append(GroupText(match, number));
            return;
        }

        for (int i = 0; i < groups.Count; i++)
        {
            if (groups[i] != name || !match.Groups[GroupKey(i + 1)].Success) continue;
            to.Append(GroupText(match, i + 1));
            return;
        }
    }

    private static string GroupText(Match match, int number) => match.Groups[GroupKey(number)].Value;

    private static string GroupKey(int number) => string.Create(CultureInfo.InvariantCulture, $"g{number}");
}
