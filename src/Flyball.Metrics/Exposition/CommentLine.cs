using System.Text.Unicode;

namespace Flyball.Metrics.Exposition;

/// <summary>One line that starts with <c>#</c>.</summary>
internal ref struct CommentLine(ReadOnlySpan<byte> line, ExpositionFormat format)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private int _at = 1;

    public MetadataField Field { get; private set; }

    public ReadOnlySpan<byte> Name { get; private set; }

    public MetricType Type { get; private set; }

    /// <summary>Help or unit, unescaped.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    public string Error { get; private set; } = "";

    public int ErrorOffset { get; private set; }

    private readonly bool IsStrict => format == ExpositionFormat.OpenMetrics;

    public CommentKind Read()
    {
        bool isIndented = SkipBlank();
        ReadOnlySpan<byte> word = Word();
        if (IsStrict && word.SequenceEqual("EOF"u8) && isIndented && _at == _line.Length) return CommentKind.End;
        bool isMetadata = isIndented && _at < _line.Length && TryField(word);
        if (!isMetadata)
            return IsStrict ? Fail("'# HELP', '# TYPE', '# UNIT' or '# EOF' is expected", 0) : CommentKind.Other;
        SkipBlank();
        if (!TryName()) return Fail("a metric name is expected", _at);
        int gap = _at;
        SkipBlank();
        // The blank behind the name is the format's; further ones belong to the help text.
        ReadOnlySpan<byte> rest = Field == MetadataField.Help ? _line[Math.Min(gap + 1, _line.Length)..] : _line[_at..];
        return ReadText(rest);
    }

    private CommentKind ReadText(ReadOnlySpan<byte> rest)
    {
        switch (Field)
        {
            case MetadataField.Type:
                ReadOnlySpan<byte> word = IsStrict ? rest : rest.TrimEnd(" \t"u8);
                if (!MetricTypes.TryParse(word, format, out MetricType type))
                    return Fail("there is no such metric type", _at);
                Type = type;
                break;
            case MetadataField.Help:
                if (!Utf8.IsValid(rest)) return Fail("the help text is no UTF-8", _at);
                Text = Quoted.UnescapeHelp(rest);
                break;
            default:
                if (!IsUnitOf(rest, Name)) return Fail("the unit must be the end of the metric's name", _at);
                Text = rest;
                break;
        }

        return CommentKind.Metadata;
    }

    private bool TryField(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("TYPE"u8)) Field = MetadataField.Type;
        else if (word.SequenceEqual("HELP"u8)) Field = MetadataField.Help;
        else if (IsStrict && word.SequenceEqual("UNIT"u8)) Field = MetadataField.Unit;
        else return false;
        return true;
    }

    private bool TryName()
    {
        int start = _at;
        if (_at < _line.Length && _line[_at] == '"')
        {
            int end = Quoted.End(_line, _at);
            if (end < 0) return false;
            Name = _line[(start + 1)..end];
            _at = end + 1;
        }
        else
        {
            while (_at < _line.Length && IsNameByte(_line[_at], _at == start)) _at++;
            Name = _line[start.._at];
        }

        bool isEnded = _at == _line.Length || _line[_at] is (byte)' ' or (byte)'\t';
        return isEnded && !Name.IsEmpty && Utf8.IsValid(Name);
    }

    private static bool IsNameByte(byte c, bool isFirst) =>
        char.IsAsciiLetter((char)c) || c is (byte)'_' or (byte)':' || (!isFirst && char.IsAsciiDigit((char)c));

    private static bool IsUnitOf(ReadOnlySpan<byte> unit, ReadOnlySpan<byte> name) =>
        unit.IsEmpty
        || (name.Length > unit.Length + 1 && name.EndsWith(unit) && name[name.Length - unit.Length - 1] == '_');

    private ReadOnlySpan<byte> Word()
    {
        int start = _at;
        while (_at < _line.Length && _line[_at] is not ((byte)' ' or (byte)'\t')) _at++;
        return _line[start.._at];
    }

    private bool SkipBlank()
    {
        int start = _at;
        if (IsStrict)
        {
            if (_at < _line.Length && _line[_at] == ' ') _at++;
        }
        else
        {
            while (_at < _line.Length && _line[_at] is (byte)' ' or (byte)'\t') _at++;
        }

        return _at > start;
    }

    private CommentKind Fail(string message, int at)
    {
        (Error, ErrorOffset) = (message, at);
        return CommentKind.Malformed;
    }
}
