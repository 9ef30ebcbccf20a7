using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Flyball.Metrics.Model.Patterns;

/// <summary>
/// Writes a pattern in .NET's syntax. .NET matches UTF-16 units where RE2 matches code points, so a set or a dot that
/// stands alone also takes a surrogate pair; under a star the units may be taken one by one.
/// </summary>
internal sealed class PatternPrinter
{
    private const string Pair = "[\\uD800-\\uDBFF][\\uDC00-\\uDFFF]";

    private readonly StringBuilder to = new();
    private int captures;

    private PatternPrinter()
    {
    }

    /// <summary>
    /// The pattern in .NET's syntax. Group i is named <c>gi</c>, because .NET numbers named groups after all others.
    /// </summary>
    public static string Print(PatternNode tree)
    {
        var printer = new PatternPrinter();
        printer.Append(tree, underStar: false);
        return printer.to.ToString();
    }

    private void Append(PatternNode node, bool underStar)
    {
        switch (node)
        {
            case PatternNode.Literal literal:
                AppendFolded(Regex.Escape(literal.Text), literal.IgnoreCase);
                break;
            case PatternNode.Any:
                to.Append(underStar ? "[\\s\\S]" : $"(?:{Pair}|[^\\uD800-\\uDFFF])");
                break;
            case PatternNode.Class set:
                AppendFolded(SetText(set.Set, underStar), set.IgnoreCase);
                break;
            case PatternNode.Assertion assertion:
                to.Append(assertion.Text);
                break;
            case PatternNode.Sequence sequence:
                to.Append("(?:");
                foreach (PatternNode part in sequence.Parts) Append(part, underStar: false);
                to.Append(')');
                break;
            case PatternNode.Choice choice:
                AppendChoice(choice);
                break;
            case PatternNode.Repeat repeat:
                AppendRepeat(repeat);
                break;
            case PatternNode.Capture capture:
                to.Append(CultureInfo.InvariantCulture, $"(?<g{++captures}>");
                Append(capture.Part, underStar: false);
                to.Append(')');
                break;
        }
    }

    private void AppendFolded(string text, bool ignoreCase) =>
        to.Append(ignoreCase ? "(?i:" : "(?:").Append(text).Append(')');

    private void AppendChoice(PatternNode.Choice choice)
    {
        to.Append("(?:");
        for (int i = 0; i < choice.Options.Count; i++)
        {
            if (i > 0) to.Append('|');
            Append(choice.Options[i], underStar: false);
        }

        to.Append(')');
    }

    private void AppendRepeat(PatternNode.Repeat repeat)
    {
        to.Append("(?:");
        Append(repeat.Part, underStar: repeat.Max < 0 && repeat.Min <= 1);
        to.Append(')');
        to.Append((repeat.Min, repeat.Max) switch
        {
            (0, -1) => "*",
            (1, -1) => "+",
            (0, 1) => "?",
            (_, -1) => string.Create(CultureInfo.InvariantCulture, $"{{{repeat.Min},}}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{{{repeat.Min},{repeat.Max}}}"),
        });
        if (repeat.Lazy) to.Append('?');
    }

    private static string SetText(RuneSet set, bool underStar)
    {
        var plane = new StringBuilder();
        var options = new List<string>();
        bool takesAllPairs = false;
        foreach ((int low, int high) in set.Ranges)
        {
            if (low <= 0xFFFF) AppendUnits(plane, low, Math.Min(high, 0xFFFF), underStar);
            if (high <= 0xFFFF) continue;
            if (low <= 0x10000 && high == RuneSet.MaxRune) takesAllPairs = true;
            else options.AddRange(Pairs(Math.Max(low, 0x10000), high));
        }

        // The units of a pair are in any set that spans the surrogates, so a star takes them one after the other.
        if (takesAllPairs && !underStar) options.Insert(0, Pair);
        if (plane.Length > 0) options.Add($"[{plane}]");
        return options.Count == 0 ? "[^\\s\\S]" : string.Join('|', options);
    }

    private static IEnumerable<string> Pairs(int low, int high)
    {
        while (low <= high)
        {
            int last = Math.Min(high, low | 0x3FF);
            string first = char.ConvertFromUtf32(low), end = char.ConvertFromUtf32(last);
            yield return $"{Unit(first[0])}[{Unit(first[1])}-{Unit(end[1])}]";
            low = last + 1;
        }
    }

    /// <summary>Alone, half a pair is no code point: only a star may take the units of a pair one by one.</summary>
    private static void AppendUnits(StringBuilder to, int low, int high, bool underStar)
    {
        if (!underStar && low < 0xD800 && high > 0xDFFF)
        {
            AppendUnits(to, low, 0xD7FF, underStar);
            AppendUnits(to, 0xE000, high, underStar);
            return;
        }

        to.Append(Unit((char)low)).Append('-').Append(Unit((char)high));
    }

    private static string Unit(char unit) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
}
