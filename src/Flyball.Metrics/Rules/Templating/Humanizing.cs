using System.Globalization;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>Numbers for people: four significant digits and a prefix.</summary>
internal static class Humanizing
{
    private static readonly string[] Large = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
    private static readonly string[] LargeBinary = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
    private static readonly string[] Small = ["m", "u", "n", "p", "f", "a", "z", "y"];

    public static string Metric(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return Digits(value);
        return Math.Abs(value) >= 1 ? Reduce(value, 1000, Large) : Enlarge(value);
    }

    public static string Binary(double value) =>
        Math.Abs(value) <= 1 || !double.IsFinite(value) ? Digits(value) : Reduce(value, 1024, LargeBinary);

    public static string Percentage(double value) => Digits(value * 100) + "%";

    /// <summary><c>1d 2h 3m 4s</c>, or <c>12.34ms</c> below a second.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds)) return Digits(seconds);
        if (seconds == 0) return "0s";
        if (Math.Abs(seconds) < 1) return Enlarge(seconds) + "s";
        string sign = seconds < 0 ? "-" : "";
        seconds = Math.Abs(seconds);
        long whole = seconds < long.MaxValue ? (long)seconds : long.MaxValue;
        (long minutes, long restSeconds) = Math.DivRem(whole, 60);
        (long hours, long restMinutes) = Math.DivRem(minutes, 60);
        (long days, long restHours) = Math.DivRem(hours, 24);
        FormattableString text = (days, restHours, restMinutes) switch
        {
            (> 0, _, _) => $"{sign}{days}d {restHours}h {restMinutes}m {restSeconds}s",
            (_, > 0, _) => $"{sign}{restHours}h {restMinutes}m {restSeconds}s",
            (_, _, > 0) => $"{sign}{restMinutes}m {restSeconds}s",
            _ => $"{sign}{Digits(seconds)}s",
        };
        return text.ToString(CultureInfo.InvariantCulture);
    }

    private static string Reduce(double value, double by, string[] prefixes)
    {
        string prefix = "";
        foreach (string next in prefixes)
        {
            if (Math.Abs(value) < by) break;
            prefix = next;
            value /= by;
        }

        return Digits(value) + prefix;
    }

    private static string Enlarge(double value)
    {
        string prefix = "";
        foreach (string next in Small)
        {
            if (Math.Abs(value) >= 1) break;
            prefix = next;
            value *= 1000;
        }

        return Digits(value) + prefix;
    }

    private static string Digits(double value) => GoNumber.Rounded(value, 4);
}
