namespace Flyball.Metrics.Model.Patterns;

/// <summary>Parses a bracket expression: <c>[^a-z\d[:alpha:]]</c>.</summary>
internal static class PatternClassParser
{
    public static RuneSet Parse(string text, ref int at)
    {
        int start = at++;
        bool negated = at < text.Length && text[at] == '^';
        if (negated) at++;
        var set = new RuneSet();
        bool isFirst = true;
        while (true)
        {
            if (at >= text.Length) throw new PatternException($"missing closing ]: `{text[start..]}`");
            if (text[at] == ']' && !isFirst) break;
            isFirst = false;
            if (TryReadNamed(text, ref at) is { } named) set.Add(named);
            else AddRange(text, start, ref at, set);
        }

        at++;
        return negated ? set.Complement() : set;
    }

    private static RuneSet? TryReadNamed(string text, ref int at)
    {
        if (text[at] == '\\') return PatternEscapes.TryReadSet(text, ref at);
        if (!text.AsSpan(at).StartsWith("[:")) return null;
        int end = text.IndexOf(":]", at, StringComparison.Ordinal);
        if (end < 0) return null;
        string name = text[(at + 2)..end];
        bool negated = name.StartsWith('^');
        RuneSet set = RuneSet.Posix(negated ? name[1..] : name)
            ?? throw new PatternException($"invalid character class range: `{text[at..(end + 2)]}`");
        at = end + 2;
        return negated ? set.Complement() : set;
    }

    private static void AddRange(string text, int start, ref int at, RuneSet set)
    {
        int rangeStart = at;
        int low = ReadOne(text, start, ref at);
        int high = low;
        if (at + 1 < text.Length && text[at] == '-' && text[at + 1] != ']')
        {
            at++;
            high = ReadOne(text, start, ref at);
            if (high < low) throw new PatternException($"invalid character class range: `{text[rangeStart..at]}`");
        }

        set.Add(low, high);
    }

    private static int ReadOne(string text, int start, ref int at)
    {
        if (at >= text.Length) throw new PatternException($"missing closing ]: `{text[start..]}`");
        if (text[at] == '\\') return PatternEscapes.ReadRune(text, ref at);
        if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            at += 2;
            return char.ConvertToUtf32(text[at - 2], text[at - 1]);
        }

        return text[at++];
    }
}
