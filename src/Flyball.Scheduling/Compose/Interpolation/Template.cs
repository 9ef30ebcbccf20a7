using System.Text;

namespace Flyball.Scheduling.Compose.Interpolation;

/// <summary>
/// Compose's variable syntax: <c>$A</c>, <c>${A}</c>, <c>${A:-x}</c>, <c>${A-x}</c>, <c>${A:?m}</c>, <c>${A?m}</c>,
/// <c>${A:+x}</c>, <c>${A+x}</c> and <c>$$</c> for a dollar; the words nest. The colon forms take an empty value for
/// an unset one. A word that is not used is checked for its syntax only.
/// </summary>
internal ref struct Template
{
    private readonly ReadOnlySpan<char> _text;
    private readonly Func<string, string?> _find;
    private readonly ExpansionBudget _budget;
    private readonly List<string> _unset;
    private int _at;
    private string? _error;

    private Template(ReadOnlySpan<char> text, Func<string, string?> find, ExpansionBudget budget, List<string> unset)
    {
        _text = text;
        _find = find;
        _budget = budget;
        _unset = unset;
    }

    /// <param name="text">The template.</param>
    /// <param name="find">A variable's value, or null when it is unset.</param>
    /// <param name="budget">Shared by a compilation.</param>
    /// <param name="unset">Receives the names of variables that were unset and had no default.</param>
    /// <param name="error">What is wrong with the template, or null.</param>
    public static string Expand(
        string text, Func<string, string?> find, ExpansionBudget budget, List<string> unset, out string? error)
    {
        error = null;
        if (!text.Contains('$', StringComparison.Ordinal)) return text;
        var template = new Template(text, find, budget, unset);
        var output = new StringBuilder(text.Length);
        template.ReadText(output, inWord: false, depth: 0);
        error = template._error;
        return error is null ? output.ToString() : text;
    }

    // Reads to the end, or in a word to its closing brace; literal braces in a word are balanced. A null output checks
    // the syntax only.
    private void ReadText(StringBuilder? output, bool inWord, int depth)
    {
        if (depth > ComposeLimits.TemplateDepthMax)
            Fail($"variables nest deeper than {ComposeLimits.TemplateDepthMax} levels");
        int braces = 0;
        while (_at < _text.Length && _error is null)
        {
            char c = _text[_at];
            if (c == '$')
            {
                ReadDollar(output, depth);
                continue;
            }
            if (inWord && c == '}' && braces-- == 0) return;
            if (inWord && c == '{') braces++;
            Append(output, _text.Slice(_at, 1));
            _at++;
        }
        if (inWord && _error is null) Fail("'${' has no closing '}'");
    }

    private void ReadDollar(StringBuilder? output, int depth)
    {
        _at++;
        char next = _at < _text.Length ? _text[_at] : '\0';
        if (next == '$')
        {
            Append(output, "$");
            _at++;
        }
        else if (next == '{')
        {
            _at++;
            ReadBraced(output, depth);
        }
        else if (IsNameStart(next))
        {
            string name = ReadName();
            AppendValue(output, name, _find(name));
        }
        else
        {
            Fail("a '$' that starts no variable: write '$$' for a dollar sign");
        }
    }

    private void ReadBraced(StringBuilder? output, int depth)
    {
        string name = ReadName();
        if (name.Length == 0)
        {
            Fail("'${' must be followed by a variable's name");
            return;
        }
        bool colon = TrySkip(':');
        char operation = _at < _text.Length ? _text[_at++] : '\0';
        if (operation == '}' && !colon) AppendValue(output, name, _find(name));
        else if (operation is '-' or '?' or '+') ReadOperation(output, name, operation, colon, depth);
        else
            Fail(operation == '\0' ? "'${' has no closing '}'" : $"the variable '{name}' is followed by '{operation}'");
    }

    private void ReadOperation(StringBuilder? output, string name, char operation, bool colon, int depth)
    {
        string? value = _find(name);
        bool isSet = value is not null && !(colon && value.Length == 0);
        bool usesWord = operation == '+' ? isSet : !isSet;
        StringBuilder? word = output is not null && usesWord ? new StringBuilder() : null;
        ReadText(word, inWord: true, depth + 1);
        if (_error is not null) return;
        _at++;
        if (word is not null && operation == '?')
            Fail($"the variable '{name}' must be set" + (word.Length > 0 ? $": {word}" : ""));
        else if (word is not null)
            output!.Append(word);
        else if (operation != '+')
            Append(output, value);
    }

    private string ReadName()
    {
        int start = _at;
        if (_at < _text.Length && IsNameStart(_text[_at]))
            while (_at < _text.Length && (IsNameStart(_text[_at]) || char.IsAsciiDigit(_text[_at]))) _at++;
        return _text[start.._at].ToString();
    }

    private bool TrySkip(char c)
    {
        if (_at >= _text.Length || _text[_at] != c) return false;
        _at++;
        return true;
    }

    private void AppendValue(StringBuilder? output, string name, string? value)
    {
        if (value is null && output is not null) _unset.Add(name);
        Append(output, value);
    }

    private void Append(StringBuilder? output, ReadOnlySpan<char> text)
    {
        if (output is null) return;
        if (_budget.TryTake(text.Length)) output.Append(text);
        else Fail($"the variables make the manifest larger than {ComposeLimits.ExpandedCharsMax} characters");
    }

    private void Fail(string message) => _error ??= message;

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';
}
