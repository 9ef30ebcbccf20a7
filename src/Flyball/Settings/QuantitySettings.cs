using System.Globalization;
using Flyball.Metrics;

namespace Flyball.Settings;

/// <summary>
/// Reads settings that are times, sizes or counts; what cannot be read is refused under the setting's name.
/// </summary>
internal static class QuantitySettings
{
    private static readonly (string Unit, long Bytes)[] Sizes =
    [
        ("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("TB", 1L << 40), ("B", 1),
    ];

    /// <summary>A time such as <c>15s</c> or <c>12h</c> between two bounds.</summary>
    public static TimeSpan Duration(
        this ISettingValues values, Setting setting, TimeSpan least, TimeSpan? most = null)
    {
        TimeSpan max = most ?? TimeSpan.FromDays(36_500);
        string text = values.Value(setting).Text;
        if (MetricsOptions.TryParseDuration(text) is not { } duration)
            values.Refuse(setting, $"'{text}' is not a duration such as {setting.Default}.");
        else if (duration < least || duration > max)
            values.Refuse(setting, $"'{text}' is not from {least} to {max}.");
        else return duration;
        return least;
    }

    /// <summary>A whole number; 0 for <c>none</c> where that is the setting's default.</summary>
    public static int Count(this ISettingValues values, Setting setting, int max = int.MaxValue)
    {
        string text = values.Value(setting).Text;
        if (text == "none" && setting.Default == "none") return 0;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            && count <= max)
            return count;
        values.Refuse(setting, $"'{text}' is not a whole number from 1 to {max}.");
        return 1;
    }

    /// <summary>Bytes, from a size such as <c>500MB</c> (powers of 1,024); 0 for <c>none</c>.</summary>
    public static long Size(this ISettingValues values, Setting setting)
    {
        string text = values.Value(setting).Text;
        if (text == "none") return 0;
        foreach ((string unit, long bytes) in Sizes)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && decimal.TryParse(
                    text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                        out decimal size)
                && size > 0 && size * bytes <= long.MaxValue)
            {
                return (long)(size * bytes);
            }
        }

        values.Refuse(setting, $"'{text}' is not a size such as 500MB or 20GB.");
        return 0;
    }
}
