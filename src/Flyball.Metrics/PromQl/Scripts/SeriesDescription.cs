using System.Globalization;
using System.Text.RegularExpressions;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>
/// A line such as <c>metric{label="a"} 1 2+3x4 _ stale {{count:1 sum:2}}</c>: a series and its points.
/// </summary>
internal sealed partial class SeriesDescription
{
    /// <summary>A description with more points is refused.</summary>
    private const int MaxPoints = 1_000_000;

    private readonly string text;
    private readonly int line;
    private int at;

    private SeriesDescription(string text, int line)
    {
        this.text = text;
        this.line = line;
    }

    /// <exception cref="ScriptException">The line is not a series.</exception>
    public static (Labels Labels, List<ScriptValue> Values) Parse(string text, int line)
    {
        var description = new SeriesDescription(text, line);
        try
        {
            Labels labels = description.ReadLabels();
            return (labels, description.ReadValues());
        }
        catch (Exception e) when (e is ParseException or ArgumentException)
        {
            throw new ScriptException(line, e.Message);
        }
    }

    private Labels ReadLabels()
    {
        int nameEnd = 0;
        while (nameEnd < text.Length && (char.IsAsciiLetterOrDigit(text[nameEnd]) || text[nameEnd] is '_' or ':'))
            nameEnd++;
        var labels = new List<Label>();
        if (nameEnd > 0) labels.Add(new Label(LabelNames.MetricName, text[..nameEnd]));
        at = nameEnd;
        if (at < text.Length && text[at] == '{' && !text.AsSpan(at).StartsWith("{{")) ReadBraces(labels);
        return Labels.From(labels);
    }

    private void ReadBraces(List<Label> labels)
    {
        int start = at;
        var lexer = new Lexer(text[start..]);
        lexer.Next();
        Token token = lexer.Next();
        while (token.Kind != TokenKind.RightBrace)
        {
            bool isQuoted = token.Kind == TokenKind.String;
            if (!isQuoted && token.Kind != TokenKind.Identifier) throw Error("unexpected " + token.Describe());
            string name = isQuoted ? StringLiterals.Unquote(token.Text) : token.Text;
            token = lexer.Next();
            if (token.Kind == TokenKind.Assign)
            {
                Token value = lexer.Next();
                if (value.Kind != TokenKind.String) throw Error("unexpected " + value.Describe());
                labels.Add(new Label(name, StringLiterals.Unquote(value.Text)));
                token = lexer.Next();
            }
            else if (isQuoted)
            {
                labels.Add(new Label(LabelNames.MetricName, name));
            }

            if (token.Kind == TokenKind.Comma) token = lexer.Next();
            else if (token.Kind != TokenKind.RightBrace) throw Error("unexpected " + token.Describe());
        }

        at = start + token.Range.End;
    }

    private List<ScriptValue> ReadValues()
    {
        var values = new List<ScriptValue>();
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at >= text.Length) return values;
            if (text.AsSpan(at).StartsWith("{{")) ReadHistograms(values);
            else ReadFloats(values);
            if (values.Count > MaxPoints) throw Error($"more than {MaxPoints} points");
        }
    }

    private void ReadFloats(List<ScriptValue> values)
    {
        int start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at])) at++;
        string item = text[start..at];
        if (item == "stale")
        {
            values.Add(ScriptValue.Float(SpecialValues.StaleNaN));
            return;
        }

        if (OmittedItem().Match(item) is { Success: true } omitted)
        {
            int times = omitted.Groups[1].Success ? Count(omitted.Groups[1].Value) : 1;
            for (int i = 0; i < times; i++) values.Add(ScriptValue.Omitted);
            return;
        }

        Match match = FloatItem().Match(item);
        if (!match.Success) throw Error($"unexpected value {Quoting.Quote(item)}");
        double value = Number(match.Groups["first"].Value);
        double step = match.Groups["step"].Success ? Number(match.Groups["step"].Value) : 0;
        int count = match.Groups["times"].Success ? Count(match.Groups["times"].Value) : 0;
        for (int i = 0; i <= count; i++)
        {
            values.Add(ScriptValue.Float(value));
            value += step;
        }
    }

    private void ReadHistograms(List<ScriptValue> values)
    {
        (NativeHistogram histogram, bool hasHint) = HistogramNotation.Read(text, ref at, line);
        NativeHistogram? step = null;
        bool isDecrease = false;
        if (at + 2 < text.Length && text[at] is '+' or '-' && text[at + 1] == '{')
        {
            isDecrease = text[at++] == '-';
            (step, hasHint) = HistogramNotation.Read(text, ref at, line);
        }

        int count = 0;
        if (at < text.Length && text[at] == 'x')
        {
            int start = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            count = Count(text[start..at]);
        }

        for (int i = 0; i <= count; i++)
        {
            values.Add(new ScriptValue(0, histogram, hasHint, false));
            if (step is not null && i < count) histogram = HistogramNotation.Next(histogram, step, isDecrease, line);
        }
    }

    private double Number(string number)
    {
        bool isNegative = number.StartsWith('-');
        double value = Numbers.TryParse(number.TrimStart('+', '-'))
            ?? throw Error($"error parsing number: {Quoting.Quote(number)}");
        return isNegative ? -value : value;
    }

    private int Count(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= MaxPoints
            ? count
            : throw Error($"invalid repetition in series values: {digits}");

    private ScriptException Error(string message) => new(line, message);

    [GeneratedRegex(@"\A_(?:x([0-9]+))?\z")]
    private static partial Regex OmittedItem();

    [GeneratedRegex(
        @"\A(?<first>[+-]?(?:inf|nan|[0-9._]+(?:e[+-]?[0-9]+)?))(?<step>[+-](?:inf|nan|[0-9._]+(?:e[+-]?[0-9]+)?))?"
        + @"(?:x(?<times>[0-9]+))?\z",
        RegexOptions.IgnoreCase)]
    private static partial Regex FloatItem();
}
