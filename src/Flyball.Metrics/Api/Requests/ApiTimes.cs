using System.Globalization;
using Flyball.Metrics.PromQl.Parsing;

namespace Flyball.Metrics.Api.Requests;

/// <summary>Times and durations as clients write them: Unix seconds with a fraction, or RFC 3339; <c>5m</c>.</summary>
internal static class ApiTimes
{
    /// <summary>Farthest times that can be asked for, so that no sum of them overflows.</summary>
    public const long MaxMs = 9_223_372_036_854_775;

    /// <summary>What Prometheus' client libraries send for the beginning and the end of all time.</summary>
    private const string Beginning = "-292273086-05-16T16:47:06Z";
    private const string End = "292277025-08-18T07:12:54.999999999Z";

    private static readonly string[] Formats = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    public static long? TryParseTime(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds))
        {
            double ms = Math.Floor(seconds) * 1000 + Math.Round((seconds - Math.Floor(seconds)) * 1000);
            return double.IsFinite(ms) && Math.Abs(ms) <= MaxMs ? (long)ms : null;
        }

        if (text == Beginning) return -MaxMs;
        if (text == End) return MaxMs;
        return TryParseDate(text);
    }

    public static TimeSpan? TryParseDuration(string text)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds))
        {
            if (!double.IsFinite(seconds) || Durations.IsOutOfRange(seconds)) return null;
            return TimeSpan.FromMilliseconds(Durations.ToMs(seconds));
        }

        return Durations.TryParse(text, out _) is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
    }

    private static long? TryParseDate(string text)
    {
        if (text.Length < 20 || (text[^1] is not ('Z' or 'z') && text[^6] is not ('+' or '-'))) return null;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0)
        {
            int end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            // .NET counts in tenths of microseconds, clients in nanoseconds.
            if (end - dot > 8) text = text[..(dot + 8)] + text[end..];
        }

        return DateTimeOffset.TryParseExact(
            text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time.ToUnixTimeMilliseconds()
            : null;
    }
}
