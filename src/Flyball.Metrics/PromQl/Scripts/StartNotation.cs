using System.Globalization;
using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>
/// Reads the line before a series that says when its counters started: <c>metric@st -1m+1mx3 _ 0s</c>, each item
/// relative to its sample's timestamp.
/// </summary>
internal static class StartNotation
{
    public static bool IsStartLine(string line)
    {
        int space = line.AsSpan().IndexOfAny(' ', '\t');
        return space > 0 && line.AsSpan(0, space).EndsWith("@st");
    }

    /// <summary>
    /// The metric as written, and milliseconds relative to each sample, null where there is no start.
    /// </summary>
    public static (string Metric, List<long?> OffsetsMs) Read(string line, int lineNumber)
    {
        int space = line.AsSpan().IndexOfAny(' ', '\t');
        var offsets = new List<long?>();
        foreach (string item in line[space..].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            ReadItem(item, offsets, lineNumber);
        return (line[..(space - "@st".Length)], offsets);
    }

    private static void ReadItem(string item, List<long?> offsets, int line)
    {
        if (item.StartsWith('_'))
        {
            int times = item.Length == 1 ? 1 : ReadTimes(item[1..], line);
            for (int i = 0; i < times; i++) offsets.Add(null);
            return;
        }

        int at = 0;
        long offset = ReadDuration(item, ref at, line), step = 0;
        if (at < item.Length && item[at] is '+' or '-') step = ReadDuration(item, ref at, line);
        int count = at < item.Length ? ReadTimes(item[at..], line) : 0;
        for (int i = 0; i <= count; i++) offsets.Add(offset + (i * step));
    }

    private static int ReadTimes(string text, int line) =>
        text.StartsWith('x')
        && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int times)
            ? times
            : throw new ScriptException(line, $"invalid repeat count {text}");

    private static long ReadDuration(string item, ref int at, int line)
    {
        bool isNegative = item[at] == '-';
        if (item[at] is '-' or '+') at++;
        int start = at;
        while (at < item.Length && char.IsAsciiDigit(item[at])) at++;
        while (at < item.Length && char.IsAsciiLetter(item[at]) && item[at] != 'x') at++;
        long ms = Durations.TryParse(item[start..at], out string? error) ?? throw new ScriptException(line, error!);
        return isNegative ? -ms : ms;
    }
}
