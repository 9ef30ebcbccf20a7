using System.Globalization;

namespace Flyball.Autoscaling.Commands;

/// <summary>Reads options whose values are durations.</summary>
internal static class OptionValues
{
    /// <summary><c>15s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>; null where the option is not given.</summary>
    /// <exception cref="UsageException">It is no such duration, or outside of the bounds.</exception>
    public static TimeSpan? Span(string? text, string option, TimeSpan least, TimeSpan most)
    {
        if (text is null)
            return null;
        double unit = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (unit == 0 || !double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.Float,
            CultureInfo.InvariantCulture, out var count) || !double.IsFinite(count) || Math.Abs(count * unit) > 1e10)
            throw new UsageException($"{option}: '{text}' is not a duration such as 15s, 5m, 1h or 7d.");
        var span = TimeSpan.FromSeconds(count * unit);
        return span >= least && span <= most
            ? span
            : throw new UsageException($"{option}: {text} is not from {Text(least)} to {Text(most)}.");
    }

    /// <summary>A duration in the largest unit that it reaches.</summary>
    public static string Text(TimeSpan span)
    {
        foreach (var (unit, letter) in ((double, char)[])[(86400, 'd'), (3600, 'h'), (60, 'm')])
            if (span.TotalSeconds >= unit)
                return string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds / unit:0.##}{letter}");
        return string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###}s");
    }
}
