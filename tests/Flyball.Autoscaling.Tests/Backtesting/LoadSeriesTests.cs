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
    [InlineData("timestamp,value\n\"2024-01-01T00:00:00Z\",\"1\"\n\"2024-01-01 00:05:00+00:00\",\"2\"\n")]
    [InlineData("\"timestamp\",\"value\"\n1704067200.0,1\n1704067500.000,2\n")]
    [InlineData("timestamp,value\n1704067200000,1\n1704067500000,2\n")]
    [InlineData("timestamp,value\n2024-01-01T00:00,1\n2024-01-01T01:05+01:00,2\n")]
    public void ReadCsv_QuotesAndFormsOfTime_AreTheSameSeries(string text)
    {
        var series = LoadSeries.ReadCsv(new StringReader(text));
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), series.Start);
        Assert.Equal(TimeSpan.FromMinutes(5), series.Step);
        Assert.Equal([1, 2], series.Values);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("a,b\n", "line 1")]
    [InlineData("timestamp,value\n2024-01-01,1\nx,2\n", "line 3")]
    [InlineData("timestamp,value\n2024-01-01T00:00:00,1\n2024-01-01T00:01:00,NaN\n", "line 3")]
    [InlineData("timestamp,value\n2024-01-01T00:00:00,1\n2024-01-01T00:01:00,-4\n", "line 3")]
    [InlineData("timestamp,value\n2024-01-01T00:00:00,1\n2024-01-01T00:00:00,2\n", "line 3")]
    [InlineData("timestamp,value\n2024-01-01T00:00:00,1,2\n", "line 2")]
    [InlineData("timestamp,value\n0,1\n60,2\n120,3\n300,4\n", "line 5: a gap, 2 lines are missing")]
    [InlineData("timestamp,value\n0,1\n60,2\n180,4\n", "line 4: a gap, a line is missing")]
    [InlineData("timestamp,value\n00:01,1\n00:02,2\n", "line 2: '00:01' is not a time")]
    [InlineData("timestamp,value\n01/02/2025,1\n01/03/2025,2\n", "line 2: '01/02/2025' is not a time")]
    [InlineData("timestamp,value,timestamp\n0,1,0\n60,1,60\n", "there twice")]
    [InlineData("timestamp,value\n0,1\n60,2\n120,3\n170,4\n", "line 5: 50 s after the line before")]
    [InlineData("timestamp,value\n0,1\n60,2\n60,3\n", "line 4: time must grow")]
    [InlineData("timestamp,value\n2024-01-01T00:00:00,1\n2024-01-01T00:00:00.5,2\n", "line 3: the step")]
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

    [Theory]
    [InlineData(5e-324, "cannot be scaled")]
    [InlineData(1e308, "cannot be scaled")]
    public void Create_ValuesThatCannotBeScaled_SaysSo(double value, string said)
    {
        var series = new LoadSeries(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), [value, value, value, value]);
        var e = Assert.Throws<FormatException>(() => BacktestLoad.Create(
            series, TimeSpan.FromSeconds(15), TimeSpan.FromHours(1), null, 10, false));
        Assert.Contains(said, e.Message);
    }

    [Fact]
    public void Create_WarmupAboveWhatAClusterCanBe_SaysSo()
    {
        var series = new LoadSeries(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), [1e9, 1, 1]);
        var e = Assert.Throws<FormatException>(() => BacktestLoad.Create(
            series, TimeSpan.FromSeconds(15), TimeSpan.FromHours(1), null, 10, true));
        Assert.Contains("--mean-replicas", e.Message);
    }

    [Fact]
    public void Create_WarmupCoversAll_Throws() => Assert.Throws<FormatException>(() => BacktestLoad.Create(
        new LoadSeries(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1), [1, 2]), TimeSpan.FromSeconds(15),
        TimeSpan.FromDays(1), null, 10, false));
}
