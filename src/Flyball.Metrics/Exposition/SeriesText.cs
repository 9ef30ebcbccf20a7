using System.Text;
using System.Text.Unicode;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Exposition;

/// <summary>
/// A series in the spelling of the text formats: <c>name{label="value"}</c>, or <c>{"name", "label"="value"}</c> where
/// the names are not plain. Decoding is for series that nobody has seen before, so it may be thorough.
/// </summary>
internal ref struct SeriesText(ReadOnlySpan<byte> text, ExpositionFormat format, MetricType type)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>What is wrong after <see cref="TryDecode"/> returned false.</summary>
    public string Error { get; private set; } = "";

    /// <summary>Where, counted from the start of the series.</summary>
    public int ErrorOffset { get; private set; }

    /// <summary>Appends the labels in plain form, in the order of the text.</summary>
    public bool TryDecode(ByteBuffer labels)
    {
        int nameSize = NameSize(colons: true);
        bool hasName = nameSize > 0;
        if (hasName)
        {
            labels.Sized("__name__"u8);
            labels.Sized(_text[..nameSize]);
            _at = nameSize;
        }

        SkipBlanks();
        if (_at == _text.Length) return hasName || Fail("a metric name is expected");
        if (_text[_at] != '{')
            return Fail(hasName ? "'{' or a value is expected behind the metric name" : "a metric name is expected");
        _at++;
        return TryDecodeBraces(labels, ref hasName) && (hasName || Fail("there is no metric name"));
    }

    private bool TryDecodeBraces(ByteBuffer labels, ref bool hasName)
    {
        while (true)
        {
            SkipBlanks();
            if (_at == _text.Length) return Fail("'}' is missing");
            if (_text[_at] == '}') return _at + 1 == _text.Length || Fail("nothing but a value may follow '}'");
            int start = _at;
            bool isQuoted = _text[_at] == '"';
            if (!TryTakeName(isQuoted, out ReadOnlySpan<byte> name)) return false;
            SkipBlanks();
            byte next = _at < _text.Length ? _text[_at] : (byte)0;
            if (isQuoted && next is (byte)',' or (byte)'}')
            {
                if (hasName) return Fail("the metric has a name already", start);
                hasName = true;
                labels.Sized("__name__"u8);
                if (!TryAppendValue(labels, name, start, isFloat: false)) return false;
            }
            else if (!TryDecodeValue(labels, name, start, next))
            {
                return false;
            }

            SkipBlanks();
            next = _at < _text.Length ? _text[_at] : (byte)0;
            if (next == ',') _at++;
            else if (next != '}') return Fail("',' or '}' is expected behind a label");
        }
    }

    private bool TryDecodeValue(ByteBuffer labels, ReadOnlySpan<byte> name, int start, byte next)
    {
        if (next != '=') return Fail("'=' is expected behind a label name");
        if (name.IsEmpty) return Fail("a label name is empty", start);
        _at++;
        SkipBlanks();
        if (_at == _text.Length || _text[_at] != '"') return Fail("a label value in quotes is expected");
        int valueStart = _at;
        if (!TryTakeQuoted(out ReadOnlySpan<byte> value)) return false;
        bool isFloat = (type == MetricType.Histogram && name.SequenceEqual("le"u8))
            || (type == MetricType.Summary && name.SequenceEqual("quantile"u8));
        return TryAppendValue(labels, name, start, isFloat: false)
            && TryAppendValue(labels, value, valueStart, isFloat);
    }

    private bool TryTakeName(bool isQuoted, out ReadOnlySpan<byte> name)
    {
        if (isQuoted) return TryTakeQuoted(out name);
        int size = NameSize(colons: false);
        name = _text.Slice(_at, size);
        _at += size;
        return size > 0 || Fail("a label name is expected");
    }

    private bool TryTakeQuoted(out ReadOnlySpan<byte> content)
    {
        int start = _at + 1;
        int end = Quoted.End(_text, _at);
        content = end < 0 ? default : _text[start..end];
        if (end < 0) return Fail("a quote is not closed");
        if (format == ExpositionFormat.OpenMetrics && content.Contains((byte)'\n'))
            return Fail("a line feed in quotes must be written as \\n");
        _at = end + 1;
        return true;
    }

    private bool TryAppendValue(ByteBuffer labels, ReadOnlySpan<byte> raw, int start, bool isFloat)
    {
        if (!Utf8.IsValid(raw)) return Fail("the text is no UTF-8", start);
        // Targets write the same bound as 1, 1.0 or 1e0; as a label it has one spelling, that of OpenMetrics.
        if (isFloat && FloatText.TryParse(raw, out double bound))
            labels.Text(GoNumber.OpenMetrics(bound));
        else if (raw.Contains((byte)'\\'))
            labels.Text(Quoted.Unescape(Encoding.UTF8.GetString(raw)));
        else
            labels.Sized(raw);
        return true;
    }

    private readonly int NameSize(bool colons)
    {
        int size = 0;
        foreach (byte c in _text[_at..])
        {
            bool isGood = char.IsAsciiLetter((char)c) || c == '_' || (colons && c == ':')
                || (size > 0 && char.IsAsciiDigit((char)c));
            if (!isGood) break;
            size++;
        }

        return size;
    }

    private void SkipBlanks()
    {
        // OpenMetrics has no blanks within a series: they are then an unexpected character.
        if (format == ExpositionFormat.OpenMetrics) return;
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t') _at++;
    }

    private bool Fail(string message, int at = -1)
    {
        (Error, ErrorOffset) = (message, at < 0 ? _at : at);
        return false;
    }
}
