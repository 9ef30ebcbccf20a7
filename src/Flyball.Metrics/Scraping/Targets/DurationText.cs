using System.Globalization;
using System.Text;

namespace Flyball.Metrics.Scraping.Targets;

/// <summary>Durations as Prometheus writes them: <c>1m30s</c>.</summary>
internal static class DurationText
{
    private static readonly (string Unit, long Ms)[] Units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

    public static string Of(TimeSpan duration)
    {
        long ms = (long)duration.TotalMilliseconds;
        if (ms == 0) return "0s";
        var text = new StringBuilder();
        foreach ((string unit, long size) in Units)
        {
            if (ms >= size) text.Append(CultureInfo.InvariantCulture, $"{ms / size}{unit}");
            ms %= size;
        }

        return text.ToString();
    }
}
