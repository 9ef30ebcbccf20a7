using System.Text.RegularExpressions;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>
/// Parses test scripts in Prometheus' promqltest language: <c>load</c>, <c>clear</c> and <c>eval</c> blocks, each
/// ended by an empty line or a comment.
/// </summary>
internal sealed partial class ScriptParser
{
    private readonly string[] lines;
    private int at;

    private ScriptParser(string script) =>
        lines = [.. script.Split('\n').Select(line => line.Trim()).Select(line => line.StartsWith('#') ? "" : line)];

    /// <summary>
    /// The commands in order: <see cref="LoadCommand"/>, <see cref="EvalCommand"/>, or null to clear.
    /// </summary>
    /// <exception cref="ScriptException">A line is not understood.</exception>
    public static List<object?> Parse(string script)
    {
        var parser = new ScriptParser(script);
        var commands = new List<object?>();
        for (; parser.at < parser.lines.Length; parser.at++)
        {
            if (parser.lines[parser.at].Length == 0) continue;
            try
            {
                commands.Add(parser.ParseCommand(parser.lines[parser.at]));
            }
            catch (ScriptException e)
            {
                commands.Add(e);
                while (parser.TryTakeLine(out _))
                {
                    // The rest of a block that is not understood means nothing on its own.
                }
            }
        }

        return commands;
    }

    private object? ParseCommand(string line)
    {
        string word = line.Split(' ', '\t')[0].ToLowerInvariant();
        if (word == "clear") return null;
        if (word.StartsWith("load", StringComparison.Ordinal)) return ParseLoad();
        return word.StartsWith("eval", StringComparison.Ordinal)
            ? ParseEval()
            : throw Error($"invalid command {Quoting.Quote(line)}");
    }

    private int LineNumber => at + 1;

    private ScriptException Error(string message) => new(LineNumber, message);

    private bool TryTakeLine(out string line)
    {
        line = at + 1 < lines.Length ? lines[at + 1] : "";
        if (line.Length == 0) return false;
        at++;
        return true;
    }

    private LoadCommand ParseLoad()
    {
        Match match = LoadLine().Match(lines[at]);
        if (!match.Success) throw Error("invalid load command. (load[_with_nhcb] <step:duration>)");
        var command = new LoadCommand(Duration(match.Groups["step"].Value), match.Groups["nhcb"].Success);
        (string Metric, List<long?> Offsets)? pending = null;
        while (TryTakeLine(out string line))
        {
            if (StartNotation.IsStartLine(line))
            {
                pending = StartNotation.Read(line, LineNumber);
                continue;
            }

            (Labels labels, List<ScriptValue> values) = SeriesDescription.Parse(line, LineNumber);
            if (pending is { } starts) CheckStarts(starts, labels, values.Count);
            command.Add(labels, values, pending?.Offsets);
            pending = null;
        }

        if (pending is not null) throw Error("@st line has no following sample line");
        return command;
    }

    private void CheckStarts((string Metric, List<long?> Offsets) starts, Labels labels, int count)
    {
        (Labels metric, _) = SeriesDescription.Parse(starts.Metric, LineNumber);
        if (!metric.Equals(labels)) throw Error("@st metric does not match the following sample line metric");
        if (starts.Offsets.Count != count)
            throw Error($"@st line has {starts.Offsets.Count} values but sample line has {count}");
    }

    private EvalCommand ParseEval()
    {
        Match instant = InstantLine().Match(lines[at]), range = RangeLine().Match(lines[at]);
        if (!instant.Success && !range.Success) throw Error("invalid evaluation command");
        Match match = instant.Success ? instant : range;
        QueryTimes times = instant.Success
            ? QueryTimes.At(Duration(instant.Groups["at"].Value))
            : new QueryTimes(
                Duration(range.Groups["from"].Value),
                Duration(range.Groups["to"].Value),
                Duration(range.Groups["step"].Value));
        var command = new EvalCommand(match.Groups["expr"].Value, times, LineNumber);
        AddShorthand(command, match.Groups["mode"].Value);
        while (TryTakeLine(out string line))
        {
            if (!ParseResultLine(command, line)) break;
        }

        return command;
    }

    /// <summary>The older spelling: <c>eval_fail</c> for an <c>expect fail</c> line, and so on.</summary>
    private static void AddShorthand(EvalCommand command, string mode)
    {
        ExpectationKind? kind = mode switch
        {
            "ordered" => ExpectationKind.Ordered,
            "fail" => ExpectationKind.Fail,
            "warn" => ExpectationKind.Warn,
            "info" => ExpectationKind.Info,
            _ => null,
        };
        if (kind is not null) command.Expectations.Add(new Expectation(kind.Value, null, null));
    }

    /// <summary>False when nothing more follows in this block.</summary>
    private bool ParseResultLine(EvalCommand command, string line)
    {
        if (line.StartsWith("expected_fail_message", StringComparison.Ordinal))
        {
            string message = line["expected_fail_message".Length..].Trim();
            command.Expectations.Insert(0, new Expectation(ExpectationKind.Fail, message, null));
            return false;
        }

        if (line.StartsWith("expected_fail_regexp", StringComparison.Ordinal))
        {
            Regex pattern = Pattern(line["expected_fail_regexp".Length..].Trim());
            command.Expectations.Insert(0, new Expectation(ExpectationKind.Fail, null, pattern));
            return false;
        }

        if (RangeVectorLine().Match(line) is { Success: true } range)
        {
            command.RangeTimes = new QueryTimes(
                Duration(range.Groups["from"].Value),
                Duration(range.Groups["to"].Value),
                Duration(range.Groups["step"].Value));
            return true;
        }

        if (line.StartsWith("expect string", StringComparison.Ordinal))
        {
            string literal = line["expect string".Length..].Trim();
            if (literal.Length < 2 || !IsWholeLiteral(literal))
                throw Error("expected string literal not valid - check that the string is correctly quoted");
            command.Text = StringLiterals.Unquote(literal);
            return true;
        }

        if (line == "expect" || line.StartsWith("expect ", StringComparison.Ordinal))
        {
            command.Expectations.Add(ParseExpectation(line));
            return true;
        }

        if (TryParseNumber(line) is { } scalar)
        {
            command.Scalar = scalar;
            return false;
        }

        (Labels labels, List<ScriptValue> values) = SeriesDescription.Parse(line, LineNumber);
        if (values.Count > 1 && command.Times.IsInstant && command.RangeTimes is null)
            throw Error("expecting multiple values in instant evaluation not allowed");
        command.Series[labels] = new ExpectedSeries(command.Series.Count, values);
        return true;
    }

    private bool IsWholeLiteral(string literal)
    {
        try
        {
            return literal[0] is '"' or '`' && StringLiterals.FindEnd(literal, 0) == literal.Length;
        }
        catch (ParseException e)
        {
            throw Error(e.Message);
        }
    }

    private Expectation ParseExpectation(string line)
    {
        Match match = ExpectLine().Match(line);
        if (!match.Success) throw Error("invalid expect statement");
        ExpectationKind kind = match.Groups["kind"].Value switch
        {
            "ordered" => ExpectationKind.Ordered,
            "fail" => ExpectationKind.Fail,
            "warn" => ExpectationKind.Warn,
            "no_warn" => ExpectationKind.NoWarn,
            "info" => ExpectationKind.Info,
            _ => ExpectationKind.NoInfo,
        };
        string text = match.Groups["text"].Value.Trim();
        return match.Groups["how"].Value switch
        {
            "msg" => new Expectation(kind, text, null),
            "regex" => new Expectation(kind, null, Pattern(text)),
            _ => new Expectation(kind, null, null),
        };
    }

    private Regex Pattern(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw Error($"invalid regex {text}: {e.Message}");
        }
    }

    private static double? TryParseNumber(string line)
    {
        bool isNegative = line.StartsWith('-');
        double? value = Numbers.TryParse(isNegative || line.StartsWith('+') ? line[1..] : line);
        return isNegative ? -value : value;
    }

    private long Duration(string text)
    {
        // Times before zero are written with a sign.
        bool isNegative = text.StartsWith('-');
        long ms = Durations.TryParse(isNegative ? text[1..] : text, out string? error) ?? throw Error(error!);
        return isNegative ? -ms : ms;
    }

    [GeneratedRegex(@"\Aload(?:_(?<nhcb>with_nhcb))?\s+(?<step>.+?)\z")]
    private static partial Regex LoadLine();

    [GeneratedRegex(
        @"\Aeval(?:_(?<mode>fail|warn|ordered|info))?\s+instant\s+(?:at\s+(?<at>.+?))?\s+(?<expr>.+)\z")]
    private static partial Regex InstantLine();

    [GeneratedRegex(
        @"\Aeval(?:_(?<mode>fail|warn|info))?\s+range\s+from\s+(?<from>.+)\s+to\s+(?<to>.+)\s+step\s+(?<step>.+?)\s+"
        + @"(?<expr>.+)\z")]
    private static partial Regex RangeLine();

    [GeneratedRegex(
        @"\Aexpect\s+(?<kind>ordered|fail|warn|no_warn|info|no_info)(?:\s+(?<how>regex|msg):(?<text>.+))?\z")]
    private static partial Regex ExpectLine();

    [GeneratedRegex(@"\Aexpect range vector\s+from\s+(?<from>.+)\s+to\s+(?<to>.+)\s+step\s+(?<step>.+)\z")]
    private static partial Regex RangeVectorLine();
}
