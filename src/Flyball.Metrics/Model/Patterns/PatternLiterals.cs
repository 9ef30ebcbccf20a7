using System.Text;

namespace Flyball.Metrics.Model.Patterns;

/// <summary>What can be said about the matching values without running the automaton.</summary>
internal static class PatternLiterals
{
    /// <summary>More values than this are not listed: the automaton is cheaper then.</summary>
    private const int MaxListed = 128;

    /// <summary>All values that match, in byte order, or null when they are too many or unbounded.</summary>
    public static IReadOnlyList<string>? TryList(PatternNode tree)
    {
        List<string>? all = Expand(tree);
        if (all is null) return null;
        string[] sorted = [.. all.Distinct(StringComparer.Ordinal)];
        Array.Sort(sorted, ByteOrder.Instance);
        return sorted;
    }

    /// <summary>The text that every match starts with, and what may follow it.</summary>
    public static (string Prefix, RestOfValue After) Prefix(PatternNode tree)
    {
        var prefix = new StringBuilder();
        IReadOnlyList<PatternNode> parts = tree is PatternNode.Sequence sequence ? sequence.Parts : [tree];
        int at = 0;
        while (at < parts.Count && Unwrap(parts[at]) is PatternNode.Literal { IgnoreCase: false } literal)
        {
            prefix.Append(literal.Text);
            at++;
        }

        RestOfValue rest = RestOfValue.Pattern;
        if (at == parts.Count - 1 && Unwrap(parts[at]) is PatternNode.Repeat { Max: -1, Part: PatternNode.Any } repeat)
        {
            if (repeat.Min == 0) rest = RestOfValue.Anything;
            if (repeat.Min == 1) rest = RestOfValue.Something;
        }

        return (prefix.ToString(), rest);
    }

    private static PatternNode Unwrap(PatternNode node)
    {
        while (node is PatternNode.Capture capture) node = capture.Part;
        return node;
    }

    private static List<string>? Expand(PatternNode node)
    {
        switch (Unwrap(node))
        {
            case PatternNode.Literal { IgnoreCase: false } literal:
                return [literal.Text];
            case PatternNode.Class { IgnoreCase: false } set when set.Set.CountUpTo(MaxListed) < MaxListed:
                return [.. Runes(set.Set)];
            case PatternNode.Repeat { Min: 0, Max: 1 } optional:
                return Expand(optional.Part) is { } one ? ["", .. one] : null;
            case PatternNode.Choice choice:
                return ExpandChoice(choice);
            case PatternNode.Sequence sequence:
                return ExpandSequence(sequence);
            default:
                return null;
        }
    }

    private static IEnumerable<string> Runes(RuneSet set)
    {
        foreach ((int low, int high) in set.Ranges)
        {
            for (int rune = low; rune <= high; rune++)
            {
                if (Rune.IsValid(rune)) yield return new Rune(rune).ToString();
            }
        }
    }

    private static List<string>? ExpandChoice(PatternNode.Choice choice)
    {
        var all = new List<string>();
        foreach (PatternNode option in choice.Options)
        {
            if (Expand(option) is not { } some || all.Count + some.Count > MaxListed) return null;
            all.AddRange(some);
        }

        return all;
    }

    private static List<string>? ExpandSequence(PatternNode.Sequence sequence)
    {
        List<string> all = [""];
        foreach (PatternNode part in sequence.Parts)
        {
            if (Expand(part) is not { } some || (long)all.Count * some.Count > MaxListed) return null;
            all = [.. all.SelectMany(start => some, static (start, end) => start + end)];
        }

        return all;
    }
}
