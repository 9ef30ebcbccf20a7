using System.Globalization;

namespace Flyball.Apis.Usage;

/// <summary>A range of time as people write it: <c>30m</c>, <c>24h</c>, <c>7d</c>.</summary>
internal static class RangeText
{
    public static TimeSpan? Parse(string text)
    {
        if (text.Length is < 2 or > 10) return null;
        ReadOnlySpan<char> digits = text.AsSpan(0, text.Length - 1);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number == 0)
            return null;
        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        return unit is { } one && number <= ConsumerUsage.RangeMax / one && number * one >= TimeSpan.FromMinutes(1)
            ? number * one : null;
    }
}
