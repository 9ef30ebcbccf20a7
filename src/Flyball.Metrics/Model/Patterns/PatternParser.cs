using System.Text;

namespace Flyball.Metrics.Model.Patterns;

/// <summary>
/// Parses RE2's syntax as Go has it (github.com/google/re2/wiki/Syntax): no look-around, no back references.
/// </summary>
internal sealed class PatternParser
{
    /// <summary>Deeper nesting is refused, as in Go.</summary>
    private const int MaxDepth = 1000;

    /// <summary>A repetition count above this is refused, as in RE2.</summary>
    private const int MaxRepeat = 1000;

    private readonly string text;
    private int at;
    private int depth;
    private PatternFlags flags = PatternFlags.DotMatchesLineFeed;

    private PatternParser(string text) => this.text = text;

    public static PatternNode? Parse(string text, out string? error)
    {
        try
        {
            var parser = new PatternParser(text);
            PatternNode tree = parser.ParseChoice();
            if (parser.at < text.Length) throw new PatternException($"unexpected ): `{text}`");
            error = null;
            return tree;
        }
        catch (PatternException e)
        {
            error = "error parsing regexp: " + e.Message;
            return null;
        }
    }

    private PatternNode ParseChoice()
    {
        if (++depth > MaxDepth) throw new PatternException($"expression nests too deeply: `{text}`");
        var options = new List<PatternNode> { ParseSequence() };
        while (at < text.Length && text[at] == '|')
        {
            at++;
            options.Add(ParseSequence());
        }

        depth--;
        return options.Count == 1 ? options[0] : new PatternNode.Choice(options);
    }

    private PatternNode ParseSequence()
    {
        var parts = new List<PatternNode>();
        while (at < text.Length && text[at] is not ('|' or ')'))
        {
            if (text[at] is '*' or '+' or '?')
                throw new PatternException($"missing argument to repetition operator: `{text[at]}`");
            PatternNode? part = ParseAtom();
            if (part is not null) parts.Add(ParseRepeats(part));
        }

        return parts.Count == 1 ? parts[0] : new PatternNode.Sequence(parts);
    }

    private PatternNode ParseRepeats(PatternNode part)
    {
        bool repeated = false;
        while (at < text.Length)
        {
            int start = at;
            if (!TryReadRepeat(out int min, out int max)) break;
            if (repeated) throw new PatternException($"invalid nested repetition operator: `{text[(start - 1)..at]}`");
            bool lazy = at < text.Length && text[at] == '?';
            if (lazy) at++;
            part = new PatternNode.Repeat(part, min, max, lazy ^ flags.HasFlag(PatternFlags.Ungreedy));
            repeated = true;
        }

        return part;
    }

    private bool TryReadRepeat(out int min, out int max)
    {
        (min, max) = (0, -1);
        switch (text[at])
        {
            case '*': break;
            case '+': min = 1; break;
            case '?': max = 1; break;
            case '{': return TryReadBounds(out min, out max);
            default: return false;
        }

        at++;
        return true;
    }

    /// <summary>Reads <c>{2}</c>, <c>{2,}</c> or <c>{2,5}</c>; anything else in braces is literal text.</summary>
    private bool TryReadBounds(out int min, out int max)
    {
        int i = at + 1;
        min = ReadNumber(ref i);
        max = min;
        if (min == -1) return false;
        if (i < text.Length && text[i] == ',')
        {
            i++;
            max = i < text.Length && text[i] == '}' ? -1 : ReadNumber(ref i);
            if (max == -1 && (i >= text.Length || text[i] != '}')) return false;
        }

        if (i >= text.Length || text[i] != '}') return false;
        i++;
        if (min > MaxRepeat || max > MaxRepeat || (max >= 0 && min > max))
            throw new PatternException($"invalid repeat count: `{text[at..i]}`");
        at = i;
        return true;
    }

    private int ReadNumber(ref int i)
    {
        int start = i, value = 0;
        while (i < text.Length && char.IsAsciiDigit(text[i]))
        {
            value = Math.Min((value * 10) + text[i] - '0', MaxRepeat + 1);
            i++;
        }

        return i == start ? -1 : value;
    }

    private PatternNode? ParseAtom()
    {
        char c = text[at];
        switch (c)
        {
            case '(':
                return ParseGroup();
            case '[':
                return new PatternNode.Class(PatternClassParser.Parse(text, ref at), IgnoresCase);
            case '\\':
                return ParseEscape();
            case '.':
                at++;
                return flags.HasFlag(PatternFlags.DotMatchesLineFeed)
                    ? new PatternNode.Any()
                    : new PatternNode.Class(RuneSet.Of(('\n', '\n')).Complement(), IgnoreCase: false);
            case '^':
                at++;
                return new PatternNode.Assertion(flags.HasFlag(PatternFlags.MultiLine) ? "(?m:^)" : "\\A");
            case '$':
                at++;
                return new PatternNode.Assertion(flags.HasFlag(PatternFlags.MultiLine) ? "(?m:$)" : "\\z");
            default:
                int length = char.IsHighSurrogate(c) && at + 1 < text.Length ? 2 : 1;
                at += length;
                return new PatternNode.Literal(text.Substring(at - length, length), IgnoresCase);
        }
    }

    private bool IgnoresCase => flags.HasFlag(PatternFlags.IgnoreCase);

    private PatternNode ParseEscape()
    {
        if (text.AsSpan(at).StartsWith("\\Q"))
        {
            int end = text.IndexOf("\\E", at + 2, StringComparison.Ordinal);
            string quoted = end < 0 ? text[(at + 2)..] : text[(at + 2)..end];
            at = end < 0 ? text.Length : end + 2;
            return new PatternNode.Literal(quoted, IgnoresCase);
        }

        if (at + 1 < text.Length && text[at + 1] is 'A' or 'z' or 'b' or 'B')
        {
            at += 2;
            return new PatternNode.Assertion(text.Substring(at - 2, 2));
        }

        RuneSet? set = PatternEscapes.TryReadSet(text, ref at);
        if (set is not null) return new PatternNode.Class(set, IgnoresCase);
        return new PatternNode.Literal(new Rune(PatternEscapes.ReadRune(text, ref at)).ToString(), IgnoresCase);
    }

    /// <summary>Null for a group that only sets flags, such as <c>(?i)</c>.</summary>
    private PatternNode? ParseGroup()
    {
        int start = at++;
        PatternFlags outer = flags;
        string? name = null;
        bool captures = true;
        if (at < text.Length && text[at] == '?')
        {
            captures = false;
            if (TryReadGroupName(out name)) captures = true;
            else if (ReadFlagsOnly(start)) return null;
        }

        PatternNode inner = ParseChoice();
        if (at >= text.Length) throw new PatternException($"missing closing ): `{text}`");
        at++;
        flags = outer;
        return captures ? new PatternNode.Capture(inner, name) : inner;
    }

    private bool TryReadGroupName(out string? name)
    {
        name = null;
        int skip = text.AsSpan(at).StartsWith("?P<") ? 3 : text.AsSpan(at).StartsWith("?<") ? 2 : 0;
        if (skip == 0) return false;
        int end = text.IndexOf('>', at);
        name = end < 0 ? "" : text[(at + skip)..end];
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new PatternException($"invalid named capture: `({text[at..(end < 0 ? text.Length : end + 1)]}`");
        at = end + 1;
        return true;
    }

    /// <summary>
    /// Reads <c>?i-s:</c> or <c>?i)</c>; true for the second, which holds to the end of the outer group.
    /// </summary>
    private bool ReadFlagsOnly(int start)
    {
        bool clears = false;
        for (at++; at < text.Length; at++)
        {
            PatternFlags flag = text[at] switch
            {
                'i' => PatternFlags.IgnoreCase,
                's' => PatternFlags.DotMatchesLineFeed,
                'm' => PatternFlags.MultiLine,
                'U' => PatternFlags.Ungreedy,
                _ => PatternFlags.None,
            };
            if (flag != PatternFlags.None) flags = clears ? flags & ~flag : flags | flag;
            else if (text[at] == '-' && !clears) clears = true;
            else break;
        }

        if (at >= text.Length) throw new PatternException($"missing closing ): `{text}`");
        if (text[at] is not (':' or ')'))
            throw new PatternException($"invalid or unsupported Perl syntax: `{text[start..(at + 1)]}`");
        return text[at++] == ')';
    }
}
