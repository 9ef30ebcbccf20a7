namespace Flyball.Metrics.PromQl.Functions;

/// <summary>
/// A day of the Gregorian calendar, which repeats every 400 years or 146,097 days. Years are counted from March, so
/// that the leap day is a year's last (Howard Hinnant, "chrono-compatible low-level date algorithms").
/// </summary>
internal readonly record struct CivilDate(long Year, int Month, int Day)
{
    private const long DaysPerEra = 146_097;

    /// <summary>Days from year 0, March 1, to 1970, January 1.</summary>
    private const long EpochDays = 719_468;

    public static CivilDate Of(long daysSince1970)
    {
        long days = daysSince1970 + EpochDays;
        long era = (days >= 0 ? days : days - DaysPerEra + 1) / DaysPerEra;
        long dayOfEra = days - (era * DaysPerEra);
        long yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        long monthFromMarch = ((5 * dayOfYear) + 2) / 153;
        int day = (int)(dayOfYear - (((153 * monthFromMarch) + 2) / 5) + 1);
        int month = (int)(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9);
        return new CivilDate(yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    public long ToDays()
    {
        long year = Month <= 2 ? Year - 1 : Year;
        long era = (year >= 0 ? year : year - 399) / 400;
        long yearOfEra = year - (era * 400);
        long monthFromMarch = Month > 2 ? Month - 3 : Month + 9;
        long dayOfYear = (((153 * monthFromMarch) + 2) / 5) + Day - 1;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * DaysPerEra) + dayOfEra - EpochDays;
    }
}
