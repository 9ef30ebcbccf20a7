using CsCheck;
using Flyball.Metrics.PromQl.Functions;

namespace Flyball.Metrics.Tests.PromQl;

public sealed class DateFunctionTests
{
    [Fact]
    public void Find_AnyTimeOfDotNetsCalendar_GivesTheSameParts() =>
        Gen.Long[-62_135_596_800, 253_402_300_799].Sample(seconds =>
        {
            DateTime date = DateTime.UnixEpoch.AddSeconds(seconds);
            Assert.Equal(date.Year, DateFunctions.Find("year")!(seconds));
            Assert.Equal(date.Month, DateFunctions.Find("month")!(seconds));
            Assert.Equal(date.Day, DateFunctions.Find("day_of_month")!(seconds));
            Assert.Equal((int)date.DayOfWeek, DateFunctions.Find("day_of_week")!(seconds));
            Assert.Equal(date.DayOfYear, DateFunctions.Find("day_of_year")!(seconds));
            Assert.Equal(date.Hour, DateFunctions.Find("hour")!(seconds));
            Assert.Equal(date.Minute, DateFunctions.Find("minute")!(seconds));
            Assert.Equal(DateTime.DaysInMonth(date.Year, date.Month), DateFunctions.Find("days_in_month")!(seconds));
        });

    [Fact]
    public void Find_NotANumber_IsWhatPrometheusSays() =>
        Assert.Equal(30, DateFunctions.Find("minute")!(double.NaN));
}
