using System.Globalization;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>A recorded load with a uniform step, as the backtest reads it from a file or a query.</summary>
/// <param name="Start">Time of the first bin's beginning, UTC.</param>
/// <param name="Step">Length of a bin, whole seconds.</param>
/// <param name="Values">One value a bin, in any unit: the backtest scales them.</param>
internal sealed record LoadSeries(DateTimeOffset Start, TimeSpan Step, double[] Values)
{
    // Seconds until the year 5138; milliseconds since 1973 are more.
    private const decimal UnixSecondsMax = 100_000_000_000;

    private static readonly string[] TimeForms =
    [
        "yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>The end of the series, <paramref name="range"/> long or all of it.</summary>
    public LoadSeries Last(TimeSpan range)
    {
        var count = (int)Math.Clamp(range.Ticks / Step.Ticks, 1, Values.Length);
        return this with { Start = Start + (Values.Length - count) * Step, Values = Values[^count..] };
    }

    /// <summary>Reads a CSV file as <see cref="ReadCsv"/> does.</summary>
    /// <exception cref="FormatException">The message names the file and the line.</exception>
    public static LoadSeries ReadFile(string path)
    {
        if (!File.Exists(path))
            throw new FormatException($"--series: {path} does not exist.");
        using var reader = new StreamReader(path);
        try
        {
            return ReadCsv(reader);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a CSV with the header <c>timestamp,value</c>, a uniform step and no gaps.</summary>
    /// <exception cref="FormatException">A line is not of that form; the message names the line.</exception>
    public static LoadSeries ReadCsv(TextReader reader)
    {
        var header = Cells(reader.ReadLine() ?? throw new FormatException("line 1: the file is empty"));
        var timeColumn = Array.IndexOf(header, "timestamp");
        var valueColumn = Array.IndexOf(header, "value");
        if (timeColumn < 0 || valueColumn < 0)
            throw new FormatException("line 1: the header must name the columns timestamp and value");
        if (timeColumn != Array.LastIndexOf(header, "timestamp") || valueColumn != Array.LastIndexOf(header, "value"))
            throw new FormatException("line 1: a column timestamp or value is there twice");
        List<double> values = [];
        DateTimeOffset first = default, previous = default;
        var step = TimeSpan.Zero;
        for (var number = 2; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
                continue;
            var cells = Cells(line);
            if (cells.Length != header.Length)
                throw new FormatException($"line {number}: {cells.Length} cells, the header has {header.Length}");
            var time = ParseTime(cells[timeColumn], number);
            if (values.Count == 0)
                first = time;
            else if (values.Count == 1)
                step = FirstStep(time - previous, number);
            else
                CheckStep(time - previous, step, number);
            previous = time;
            values.Add(ParseValue(cells[valueColumn], number));
        }
        return values.Count >= 2
            ? new LoadSeries(first, step, [.. values])
            : throw new FormatException("the series needs at least two lines of data");
    }

    private static TimeSpan FirstStep(TimeSpan step, int number)
    {
        if (step <= TimeSpan.Zero)
            throw new FormatException($"line {number}: time must grow from line to line");
        return step.Ticks % TimeSpan.TicksPerSecond == 0
            ? step
            : throw new FormatException($"line {number}: the step must be whole seconds, not {step.TotalSeconds} s");
    }

    private static void CheckStep(TimeSpan found, TimeSpan step, int number)
    {
        if (found == step)
            return;
        if (found <= TimeSpan.Zero)
            throw new FormatException($"line {number}: time must grow from line to line");
        throw new FormatException(found > step && found.Ticks % step.Ticks == 0
            ? $"line {number}: a gap, " + (found.Ticks / step.Ticks - 1 is > 1 and var lines
                ? $"{lines} lines are missing before it"
                : "a line is missing before it")
            : string.Create(
                CultureInfo.InvariantCulture, $"line {number}: {found.TotalSeconds} s after the line before, ")
                + string.Create(CultureInfo.InvariantCulture, $"but the step is {step.TotalSeconds} s"));
    }

    // Quotes around a cell are the spreadsheet's, not the value's.
    private static string[] Cells(string line)
    {
        var cells = line.Split(',', StringSplitOptions.TrimEntries);
        foreach (ref var cell in cells.AsSpan())
            if (cell.Length >= 2 && cell[0] == '"' && cell[^1] == '"')
                cell = cell[1..^1].Trim();
        return cells;
    }

    // ISO 8601, UTC unless it says otherwise, or Unix seconds or milliseconds: nothing that two people read
    // differently.
    private static DateTimeOffset ParseTime(string cell, int number)
    {
        if (decimal.TryParse(cell, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var unix)
            && unix < 1000 * UnixSecondsMax)
            return DateTimeOffset.UnixEpoch.AddTicks(
                (long)(unix * (unix < UnixSecondsMax ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMillisecond)));
        return DateTimeOffset.TryParseExact(
            cell, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException(
                $"line {number}: '{cell}' is not a time such as 2024-03-01T00:05:00, or Unix seconds");
    }

    private static double ParseValue(string cell, int number) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) && value >= 0
            ? value
            : throw new FormatException($"line {number}: '{cell}' is not a number of at least 0");
}
