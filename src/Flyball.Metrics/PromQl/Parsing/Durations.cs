using System.Globalization;
using System.Text;

namespace Flyball.Metrics.PromQl.Parsing;

/// <summary>Prometheus' durations: <c>1h30m</c>; units in falling order, each at most once.</summary>
internal static class Durations
{
    private const double MaxSeconds = 9223372036.854776;

    private static readonly (string Unit, long Ms, bool OnlyWhole)[] Units =
    [
        ("y", 365L * 86_400_000, true),
        ("w", 7L * 86_400_000, true),
        ("d", 86_400_000, false),
        ("h", 3_600_000, false),
        ("m", 60_000, false),
        ("s", 1000, false),
        ("ms", 1, false),
    ];

    /// <summary>Milliseconds, or null and a reason.</summary>
    public static long? TryParse(string text, out string? error)
    {
        error = null;
        if (text == "0") return 0;
        if (text.Length == 0) return Fail("empty duration string", out error);
        decimal total = 0;
        int at = 0, nextUnit = 0;
        while (at < text.Length)
        {
            int start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            int unitStart = at;
            while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
            string unit = text[unitStart..at];
            int index = Array.FindIndex(Units, nextUnit, candidate => candidate.Unit == unit);
            if (unitStart == start || index < 0)
                return Fail($"not a valid duration string: {Model.Quoting.Quote(text)}", out error);
            nextUnit = index + 1;
            if (!decimal.TryParse(text.AsSpan(start, unitStart - start), out decimal number) || number > long.MaxValue)
                return Fail("duration out of range", out error);
            total += number * Units[index].Ms;
        }

        return (double)total / 1000 > MaxSeconds ? Fail("duration out of range", out error) : (long)total;
    }

    /// <summary>Whether seconds do not fit into Go's nanoseconds.</summary>
    public static bool IsOutOfRange(double seconds) => seconds is > MaxSeconds or < -MaxSeconds;

    /// <summary>Seconds to milliseconds: to the nearest nanosecond first, then cut, as Prometheus does.</summary>
    public static long ToMs(double seconds) => (long)(Math.Round(seconds * 1e9, MidpointRounding.AwayFromZero) / 1e6);

    /// <summary>
    /// Milliseconds in the fewest units: <c>1d12h</c>; <c>0s</c> for nothing; with a sign when negative.
    /// </summary>
    public static string Format(long ms)
    {
        if (ms == 0) return "0s";
        var text = new StringBuilder();
        if (ms < 0) text.Append('-');
        ulong rest = (ulong)Math.Abs(ms);
        foreach ((string unit, long unitMs, bool onlyWhole) in Units)
        {
            ulong count = rest / (ulong)unitMs;
            if (count == 0 || (onlyWhole && rest % (ulong)unitMs != 0)) continue;
            text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            rest -= count * (ulong)unitMs;
        }

        return text.ToString();
    }

    private static long? Fail(string reason, out string? error)
    {
        error = reason;
        return null;
    }
}
