using System.Globalization;
using Flyball.Autoscaling.Deciding;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Tests.Deciding;

public sealed class ScheduledMinimumTests
{
    private static readonly ScaleSchedule Office = new()
    {
        Cron = "0 8 * * 1-5", For = TimeSpan.FromHours(10), Min = 6, TimeZone = "Europe/Berlin",
    };

    [Theory]
    // 2026-07-15 is a Wednesday; Berlin is two hours ahead.
    [InlineData("2026-07-15T05:59:59Z", 0)]
    [InlineData("2026-07-15T06:00:00Z", 6)]
    [InlineData("2026-07-15T15:59:59Z", 6)]
    [InlineData("2026-07-15T16:00:00Z", 0)]
    // A Saturday.
    [InlineData("2026-07-18T09:00:00Z", 0)]
    // In winter one hour.
    [InlineData("2026-01-14T06:30:00Z", 0)]
    [InlineData("2026-01-14T07:00:00Z", 6)]
    public void At_HoldsFromTheTimeOnInItsZone(string now, int min) =>
        Assert.Equal(min, new ScheduledMinimum(Office).At(Time(now)));

    [Fact]
    public void At_LongerThanADay_OverlapsWithItself()
    {
        var always = new ScheduledMinimum(Office with { Cron = "0 0 * * *", For = TimeSpan.FromHours(24) });
        for (var at = Time("2026-03-28T00:00:00Z"); at < Time("2026-03-31T00:00:00Z"); at += TimeSpan.FromMinutes(7))
            if (at < Time("2026-03-29T22:00:00Z") || at >= Time("2026-03-29T23:00:00Z"))
                Assert.Equal(6, always.At(at));
    }

    [Fact]
    public void At_ZoneThatIsNotHere_IsReadAsUtc() =>
        Assert.Equal(
            6, new ScheduledMinimum(Office with { TimeZone = "Nowhere/Else" }).At(Time("2026-07-15T08:00:00Z")));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
