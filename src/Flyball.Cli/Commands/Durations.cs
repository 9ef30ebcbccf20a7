using System.Globalization;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Commands;

/// <summary>Durations as people type them: <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>7d</c>.</summary>
internal static class Durations
{
    /// <summary>That long ago, in Unix milliseconds.</summary>
    public static long Ago(string text, string option) =>
        (TimeProvider.System.GetUtcNow() - Parse(text, option)).ToUnixTimeMilliseconds();

    public static TimeSpan Parse(string text, string option)
    {
        if (text.Length >= 2 && double.TryParse(
            text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double count) && count >= 0)
        {
            switch (text[^1])
            {
                case 's': return TimeSpan.FromSeconds(count);
                case 'm': return TimeSpan.FromMinutes(count);
                case 'h': return TimeSpan.FromHours(count);
                case 'd': return TimeSpan.FromDays(count);
            }
        }

        throw new CommandFailure($"{option}: '{text}' is not a duration such as 90s, 10m, 2h or 7d.", ExitCodes.Usage);
    }
}
