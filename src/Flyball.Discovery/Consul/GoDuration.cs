using System.Globalization;
using System.Text;

namespace Flyball.Discovery.Consul;

/// <summary>Durations as Go writes them: <c>10s</c>, <c>1m30s</c>, <c>1.5h</c>, <c>250ms</c>.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3_600e9),
    ];

    /// <summary>Null when it is none. A plain 0 is one; any other number needs a unit.</summary>
    public static TimeSpan? Parse(string text) => ParseNanoseconds(text) is { } nanoseconds
        ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>The same in nanoseconds: as in Go there are no durations of more than 292 years.</summary>
    public static long? ParseNanoseconds(string text)
    {
        if (text == "0") return 0;
        double total = 0;
        int at = 0;
        bool isNegative = text.StartsWith('-');
        if (isNegative) at++;
        if (at == text.Length || text.Length > 64) return null;
        while (at < text.Length)
        {
            int from = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            if (!double.TryParse(
                text.AsSpan(from, at - from), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out double number))
                return null;
            int unitFrom = at;
            while (at < text.Length && !char.IsAsciiDigit(text[at]) && text[at] != '.') at++;
            string unit = text[unitFrom..at];
            int known = Array.FindIndex(Units, one => one.Unit == unit);
            if (known < 0) return null;
            total += number * Units[known].Nanoseconds;
        }

        if (total >= long.MaxValue) return null;
        return (long)(isNegative ? -total : total);
    }

    /// <summary>As Go prints it: <c>1m30s</c>, <c>0s</c>, <c>250ms</c>.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero) return "0s";
        if (value < TimeSpan.FromSeconds(1))
            return string.Create(CultureInfo.InvariantCulture, $"{value.TotalMilliseconds:0.######}ms");
        var text = new StringBuilder();
        long hours = (long)value.TotalHours;
        if (hours > 0) text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (value.TotalMinutes >= 1) text.Append(CultureInfo.InvariantCulture, $"{value.Minutes}m");
        double seconds = value.TotalSeconds - (Math.Floor(value.TotalMinutes) * 60);
        return text.Append(CultureInfo.InvariantCulture, $"{seconds:0.#########}s").ToString();
    }
}
