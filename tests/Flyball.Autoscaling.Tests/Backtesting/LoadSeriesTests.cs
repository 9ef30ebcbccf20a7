using Flyball.Autoscaling.Backtesting;

namespace Flyball.Autoscaling.Tests.Backtesting;

public sealed class LoadSeriesTests
{
    [Fact]
    public void ReadCsv_UniformSeries_HasStepAndValues()
    {
        var series = LoadSeries.ReadCsv(new StringReader(
            "timestamp,value\n2024-01-01T00:00:00,1\n2024-01-01T00:05:00,2.5\n2024-01-01T00:10:00,3\n"));
        Assert.Equal(TimeSpan.FromMinutes(5), series.Step);
        Assert.Equal([1, 2.5, 3], series.Values);
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), series.Start);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("a,b\n", "line 1")]
    [InlineData("timestamp,value\n2024-01-01,1\nx,2\n", "line 3")]
    [InlineData("timestamp,value\n2024-01-01T00:00:00,1\n2024-01-01T00:01:00,NaN\n", "line 3")]
    [InlineData("timestamp,value\n2024-01-01T00:00:00,1\n2024-01-01T00:01:00,-4\n", "line 3")]
    [InlineData("timestamp,value\n2024-01-01T00:00:00,1\n2024-01-01T00:00:00,2\n", "line 3")]
    [InlineData("timestamp,value\n2024-01-01T00:00:00,1,2\n", "line 2")]
    public void ReadCsv_BadInput_NamesTheLine(string text, string line) =>
        Assert.Contains(line, Assert.Throws<FormatException>(() => LoadSeries.ReadCsv(new StringReader(text))).Message);

    [Fact]
    public void Last_RangeShorterThanSeries_KeepsTheEnd()
    {
        var series = new LoadSeries(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), [1, 2, 3, 4, 5]);
        var end = series.Last(TimeSpan.FromHours(2));
        Assert.Equal([4, 5], end.Values);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddHours(3), end.Start);
    }

    [Fact]
    public void Create_WarmupCoversAll_Throws() => Assert.Throws<ArgumentException>(() => BacktestLoad.Create(
        new LoadSeries(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), [1, 2]), TimeSpan.FromSeconds(15),
        TimeSpan.FromDays(1), null, 10, false));
}
