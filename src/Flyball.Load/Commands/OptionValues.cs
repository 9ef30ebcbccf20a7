using System.Globalization;

namespace Flyball.Load.Commands;

/// <summary>Reads rates and durations as people type them.</summary>
internal static class OptionValues
{
    private const double RateMax = 1_000_000;

    /// <summary><c>200/s</c>, <c>12000/m</c>, <c>200</c> for a second's; above 0 unless told otherwise.</summary>
    public static double Rate(string text, string option, bool mayBeZero = false)
    {
        string number = text;
        double per = 1;
        if (text.Length > 2 && text[^2] == '/')
        {
            per = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
            number = text[..^2];
        }

        bool isNumber = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double count);
        double rate = count / per;
        if (!isNumber || per == 0 || !(rate >= 0) || (rate == 0 && !mayBeZero))
            throw new UsageException($"{option}: '{text}' is not a rate such as 200/s or 12000/m.");
        return rate <= RateMax
            ? rate
            : throw new UsageException($"{option}: {text} is more than {RateMax:0} a second.");
    }

    /// <summary><c>LOW..HIGH</c></summary>
    public static (double From, double To) Rates(string text, string option)
    {
        string[] ends = text.Split("..");
        return ends.Length == 2
            ? (Rate(ends[0], option, mayBeZero: true), Rate(ends[1], option, mayBeZero: true))
            : throw new UsageException($"{option}: '{text}' is not two rates such as 50/s..300/s.");
    }

    /// <summary><c>500ms</c>, <c>15s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>.</summary>
    public static TimeSpan Span(string text, string option, TimeSpan least, TimeSpan most)
    {
        string unit = text.EndsWith("ms", StringComparison.Ordinal) ? "ms" : text.Length > 0 ? text[^1..] : "";
        double seconds = unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86400, _ => 0 };
        bool isNumber = double.TryParse(
            text.AsSpan(0, text.Length - unit.Length), NumberStyles.Float, CultureInfo.InvariantCulture,
            out double count);
        if (!isNumber || seconds == 0 || !(count >= 0) || count * seconds > 1e10)
            throw new UsageException($"{option}: '{text}' is not a duration such as 500ms, 15s, 5m, 1h or 7d.");
        var span = TimeSpan.FromSeconds(count * seconds);
        return span >= least && span <= most
            ? span
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"{option}: {text} is not from {least.TotalSeconds} s to {most.TotalSeconds} s."));
    }
}
