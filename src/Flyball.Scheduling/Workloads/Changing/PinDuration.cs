using System.Globalization;

namespace Flyball.Scheduling.Workloads.Changing;

/// <summary>A whole number and a unit: <c>90s</c>, <c>30m</c>, <c>2h</c>, <c>1d</c>; at most a year.</summary>
internal static class PinDuration
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Null when the text is no such duration.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (text.Length < 2) return null;
        double unitSeconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        ReadOnlySpan<char> digits = text.AsSpan(0, text.Length - 1);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return null;
        if (unitSeconds == 0) return null;
        double seconds = count * unitSeconds;
        return seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
    }
}
