using System.Collections.Frozen;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>Parts of a date in UTC, from seconds since 1970.</summary>
internal static class DateFunctions
{
    /// <summary>Beyond these, the calendar of .NET ends (years 1 to 9999).</summary>
    private const double MinSeconds = -62_135_596_800;
    private const double MaxSeconds = 253_402_300_799;

    private static readonly FrozenDictionary<string, Func<DateTime, double>> ByName =
        new Dictionary<string, Func<DateTime, double>>
        {
            ["days_in_month"] = static date => DateTime.DaysInMonth(date.Year, date.Month),
            ["day_of_month"] = static date => date.Day,
            ["day_of_week"] = static date => (int)date.DayOfWeek,
            ["day_of_year"] = static date => date.DayOfYear,
            ["hour"] = static date => date.Hour,
            ["minute"] = static date => date.Minute,
            ["month"] = static date => date.Month,
            ["year"] = static date => date.Year,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Fractions of a second are cut; NaN for times that the calendar does not have.</summary>
    public static Func<double, double>? Find(string name)
    {
        if (!ByName.TryGetValue(name, out Func<DateTime, double>? part)) return null;
        return seconds => seconds is >= MinSeconds and <= MaxSeconds
            ? part(DateTime.UnixEpoch.AddSeconds(Math.Truncate(seconds)))
            : SpecialValues.NormalNaN;
    }
}
