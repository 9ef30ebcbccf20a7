using System.Text;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Interpolation;

/// <summary>
/// Reads <c>.env</c> and <c>env_file</c>: <c>KEY=value</c> lines, <c>export</c>, comments, single quotes (literal),
/// double quotes (escapes and variables), values over several lines in quotes, and <c>KEY</c> alone, which takes the
/// value from outside or is left out. Values see the variables outside and those above them, outside first.
/// </summary>
internal sealed class EnvFileReader
{
    private readonly SourceFile _file;
    private readonly string _text;
    private readonly Func<string, string?> _outside;
    private readonly ExpansionBudget _budget;
    private readonly DiagnosticBag _diagnostics;
    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);
    private int _at;
    private int _line = 1;

    private EnvFileReader(
        SourceFile file, string text, Func<string, string?> outside, ExpansionBudget budget, DiagnosticBag diagnostics)
    {
        _file = file;
        _text = text.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        _outside = outside;
        _budget = budget;
        _diagnostics = diagnostics;
    }

    public static SortedDictionary<string, string> Read(
        SourceFile file, string text, Func<string, string?> outside, ExpansionBudget budget, DiagnosticBag diagnostics)
    {
        var reader = new EnvFileReader(file, text, outside, budget, diagnostics);
        while (reader._at < reader._text.Length) reader.ReadLine();
        return reader._values;
    }

    /// <summary><c>format: raw</c>: everything after the first <c>=</c> is the value.</summary>
    public static SortedDictionary<string, string> ReadRaw(string text, Func<string, string?> outside)
    {
        SortedDictionary<string, string> values = new(StringComparer.Ordinal);
        foreach (string line in text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.Length == 0 || line.StartsWith('#')) continue;
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? line : line[..equals];
            if (name.Length > 0 && (equals < 0 ? outside(name) : line[(equals + 1)..]) is { } value)
                values[name] = value;
        }
        return values;
    }

    private void ReadLine()
    {
        SkipBlanks();
        int start = _at;
        int startLine = _line;
        int end = LineEnd();
        if (start == end || _text[start] == '#')
        {
            MoveTo(end + 1);
            return;
        }
        int divider = _text.AsSpan(start, end - start).IndexOfAny('=', ':');
        string name = (divider < 0 ? WithoutComment(_text[start..end]) : _text[start..(start + divider)]).Trim();
        if (name.StartsWith("export ", StringComparison.Ordinal)) name = name["export ".Length..].Trim();
        if (!IsName(name))
        {
            Error(startLine, name.Length == 0 ? "a name is missing before '='" : $"'{name}' is no variable's name");
            MoveTo(end + 1);
        }
        else if (divider < 0)
        {
            if (_outside(name) is { } inherited) _values[name] = inherited;
            MoveTo(end + 1);
        }
        else
        {
            _at = start + divider + 1;
            SkipBlanks();
            if (ReadValue(startLine) is { } value) _values[name] = value;
        }
    }

    private string? ReadValue(int line)
    {
        char quote = _at < _text.Length ? _text[_at] : '\n';
        if (quote is '\'' or '"') return ReadQuoted(quote, line);
        int end = LineEnd();
        string raw = WithoutComment(_text[_at..end]).Trim();
        MoveTo(end + 1);
        return Expand(raw, line);
    }

    private string? ReadQuoted(char quote, int line)
    {
        int close = _at + 1;
        while (close < _text.Length && _text[close] != quote)
            close += quote == '"' && _text[close] == '\\' ? 2 : 1;
        if (close >= _text.Length)
        {
            Error(line, $"the value's {quote} is not closed");
            MoveTo(_text.Length);
            return null;
        }
        string inner = _text[(_at + 1)..close];
        MoveTo(close + 1);
        int end = LineEnd();
        if (WithoutComment(" " + _text[_at..end]).Trim().Length > 0) Error(line, "something follows the closing quote");
        MoveTo(end + 1);
        return quote == '\'' ? inner : Expand(Unescape(inner), line);
    }

    // An escaped dollar becomes '$$', which the template turns into one dollar.
    private static string Unescape(string text)
    {
        var output = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c != '\\' || i + 1 == text.Length)
            {
                output.Append(c);
                continue;
            }
            char next = text[++i];
            _ = next switch
            {
                'n' => output.Append('\n'),
                'r' => output.Append('\r'),
                't' => output.Append('\t'),
                '$' => output.Append("$$"),
                '\\' or '"' => output.Append(next),
                _ => output.Append('\\').Append(next),
            };
        }
        return output.ToString();
    }

    private string? Expand(string text, int line)
    {
        List<string> unset = [];
        string value = Template.Expand(
            text, name => _outside(name) ?? _values.GetValueOrDefault(name), _budget, unset, out string? error);
        var mark = new SourceMark(_file, line, 1);
        foreach (string name in unset) _diagnostics.Warn(mark, "", $"the variable '{name}' is not set: taken as empty");
        if (error is null) return value;
        _diagnostics.Error(mark, "", error);
        return null;
    }

    private static string WithoutComment(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (text[i] == '#' && (i == 0 || text[i - 1] is ' ' or '\t')) return text[..i];
        return text;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t') _at++;
    }

    private int LineEnd()
    {
        int end = _text.IndexOf('\n', Math.Min(_at, _text.Length));
        return end < 0 ? _text.Length : end;
    }

    private void MoveTo(int position)
    {
        int end = Math.Min(position, _text.Length);
        _line += _text.AsSpan(_at, end - _at).Count('\n');
        _at = end;
    }

    private void Error(int line, string message) => _diagnostics.Error(new SourceMark(_file, line, 1), "", message);

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) &&
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '[' or ']');
}
