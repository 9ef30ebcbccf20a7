using System.Globalization;

namespace Flyball.Load.Arrivals;

/// <summary>A recorded load in a CSV with the header <c>timestamp,value</c>, a uniform step and no gaps.</summary>
/// <param name="Step">From one value to the next.</param>
/// <param name="Values">One a step, in any unit.</param>
internal sealed record RecordedShape(TimeSpan Step, IReadOnlyList<double> Values)
{
    /// <exception cref="FormatException">The message names the file and the line.</exception>
    public static RecordedShape Read(string path)
    {
        if (!File.Exists(path)) throw new FormatException($"--shape: {path} does not exist.");
        using var reader = new StreamReader(path);
        try
        {
            return Read(reader);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>A part of it.</summary>
    /// <exception cref="FormatException">The part is not in it.</exception>
    public RecordedShape Part(TimeSpan skip, TimeSpan? take)
    {
        int from = (int)(skip / Step);
        int count = take is { } length ? (int)Math.Ceiling(length / Step) : Values.Count - from;
        if (from + count > Values.Count || count < 1)
            throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"--skip, --take: the file has {(Values.Count * Step).TotalDays:0.##} days, not as many as that."));
        return this with { Values = [.. Values.Skip(from).Take(count)] };
    }

    internal static RecordedShape Read(TextReader reader)
    {
        string[] header = reader.ReadLine()?.Split(',', StringSplitOptions.TrimEntries)
            ?? throw new FormatException("line 1: the file is empty.");
        int timeColumn = Array.IndexOf(header, "timestamp"), valueColumn = Array.IndexOf(header, "value");
        if (timeColumn < 0 || valueColumn < 0)
            throw new FormatException("line 1: the header must name the columns timestamp and value.");
        var values = new List<double>();
        TimeSpan step = TimeSpan.Zero;
        DateTimeOffset previous = default;
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0) continue;
            string[] cells = line.Split(',', StringSplitOptions.TrimEntries);
            if (cells.Length != header.Length)
                throw new FormatException($"line {number}: {cells.Length} cells, the header has {header.Length}.");
            DateTimeOffset time = Time(cells[timeColumn], number);
            TimeSpan found = time - previous;
            if (values.Count == 1) step = found;
            if (values.Count >= 1 && (found != step || found <= TimeSpan.Zero))
                throw new FormatException($"line {number}: the times must grow by the same step from line to line.");
            previous = time;
            values.Add(Value(cells[valueColumn], number));
        }

        return values.Count >= 2 && values.Max() > 0
            ? new RecordedShape(step, values)
            : throw new FormatException("needs at least two lines of data, and a value above 0.");
    }

    private static DateTimeOffset Time(string cell, int number)
    {
        if (long.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out long unix)
            && unix < 253_402_300_800)
            return DateTimeOffset.FromUnixTimeSeconds(unix);
        return DateTimeOffset.TryParse(
            cell, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw new FormatException($"line {number}: '{cell}' is not a time.");
    }

    private static double Value(string cell, int number) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) && value >= 0
            ? value
            : throw new FormatException($"line {number}: '{cell}' is not a number of at least 0.");
}
