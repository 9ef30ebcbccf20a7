using System.Globalization;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>A recorded load with a uniform step, as the backtest reads it from a file or a query.</summary>
/// <param name="Start">Time of the first bin's beginning, UTC.</param>
/// <param name="Step">Length of a bin.</param>
/// <param name="Values">One value a bin, in any unit: the backtest scales them.</param>
internal sealed record LoadSeries(DateTimeOffset Start, TimeSpan Step, double[] Values)
{
    /// <summary>The end of the series, <paramref name="range"/> long or all of it.</summary>
    public LoadSeries Last(TimeSpan range)
    {
        var count = (int)Math.Clamp(range.Ticks / Step.Ticks, 1, Values.Length);
        return this with { Start = Start + (Values.Length - count) * Step, Values = Values[^count..] };
    }

    /// <summary>Reads a CSV with the header <c>timestamp,value</c>, a uniform step and no gaps.</summary>
    /// <exception cref="FormatException">A line is not of that form; the message names the line.</exception>
    public static LoadSeries ReadCsv(TextReader reader)
    {
        var header = reader.ReadLine()?.Split(',') ?? throw new FormatException("line 1: the file is empty");
        var timeColumn = Array.IndexOf(header, "timestamp");
        var valueColumn = Array.IndexOf(header, "value");
        if (timeColumn < 0 || valueColumn < 0)
            throw new FormatException("line 1: the header must name the columns timestamp and value");
        List<DateTimeOffset> firstTimes = [];
        List<double> values = [];
        for (var number = 2; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0)
                continue;
            var cells = line.Split(',');
            if (cells.Length != header.Length)
                throw new FormatException($"line {number}: {cells.Length} cells, the header has {header.Length}");
            if (firstTimes.Count < 2)
                firstTimes.Add(ParseTime(cells[timeColumn], number));
            values.Add(ParseValue(cells[valueColumn], number));
        }
        if (values.Count < 2)
            throw new FormatException("the series needs at least two lines of data");
        var step = TimeSpan.FromSeconds(Math.Truncate((firstTimes[1] - firstTimes[0]).TotalSeconds));
        if (step <= TimeSpan.Zero)
            throw new FormatException("line 3: time must grow from line to line");
        return new LoadSeries(firstTimes[0], step, [.. values]);
    }

    private static DateTimeOffset ParseTime(string cell, int number) =>
        DateTimeOffset.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FormatException($"line {number}: '{cell}' is not a time");

    private static double ParseValue(string cell, int number) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) && value >= 0
            ? value
            : throw new FormatException($"line {number}: '{cell}' is not a number of at least 0");
}
