using System.Collections.Frozen;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>
/// Parts of a date in UTC, from seconds since 1970, in the Gregorian calendar without end in either direction.
/// </summary>
internal static class DateFunctions
{
    private const long SecondsPerDay = 86_400;

    private static readonly FrozenDictionary<string, Func<Int128, double>> ByName =
        new Dictionary<string, Func<Int128, double>>
        {
            ["days_in_month"] = static seconds => DaysInMonth(CivilDate.Of(Days(seconds))),
            ["day_of_month"] = static seconds => CivilDate.Of(Days(seconds)).Day,
            ["day_of_year"] = static seconds => DayOfYear(Days(seconds)),
            ["month"] = static seconds => CivilDate.Of(Days(seconds)).Month,
            ["year"] = static seconds => CivilDate.Of(Days(seconds)).Year,

            // Day 0 was a Thursday.
            ["day_of_week"] = static seconds => Modulo(Days(seconds) + 4, 7),
            ["hour"] = static seconds => Modulo(seconds, SecondsPerDay) / 3600,
            ["minute"] = static seconds => Modulo(seconds, 3600) / 60,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Fractions of a second are cut.</summary>
    public static Func<double, double>? Find(string name) =>
        ByName.TryGetValue(name, out Func<Int128, double>? part) ? value => part(ToSeconds(value)) : null;

    /// <summary>
    /// What is no 64-bit number becomes the smallest, which Go's clock then takes for the one after the largest:
    /// pointless, but what Prometheus answers for NaN and infinities.
    /// </summary>
    private static Int128 ToSeconds(double value) =>
        value is > long.MinValue and < long.MaxValue ? (long)value : -(Int128)long.MinValue;

    private static long Days(Int128 seconds) => (long)((seconds - Modulo(seconds, SecondsPerDay)) / SecondsPerDay);

    private static long Modulo(Int128 value, long divisor) => (long)(((value % divisor) + divisor) % divisor);

    private static double DaysInMonth(CivilDate date)
    {
        CivilDate next = date.Month == 12
            ? new CivilDate(date.Year + 1, 1, 1)
            : new CivilDate(date.Year, date.Month + 1, 1);
        return next.ToDays() - new CivilDate(date.Year, date.Month, 1).ToDays();
    }

    private static double DayOfYear(long days) => days - new CivilDate(CivilDate.Of(days).Year, 1, 1).ToDays() + 1;
}
