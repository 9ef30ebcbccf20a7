using Flyball.Autoscaling.Commands;
using Flyball.Contracts.Metrics;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Autoscaling.Tests.Commands;

public sealed class MetricSeriesReaderTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);
    private readonly FakeTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(10_000_000));

    [Fact]
    public async Task Read_LongRange_AsksInPiecesAndJoinsThem()
    {
        var metrics = new Ramp(_ => false);
        var series = await Read(metrics, TimeSpan.FromDays(14));
        Assert.Equal(14 * 1440, series.Values.Length);
        Assert.Equal(3, metrics.Asked);
        Assert.Equal(Step, series.Step);
        for (var i = 1; i < series.Values.Length; i++)
            Assert.Equal(60_000, series.Values[i] - series.Values[i - 1], 3);
        Assert.Equal(series.Values[0], series.Start.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Read_ShortGap_IsInterpolatedAndCounted()
    {
        var reader = new MetricSeriesReader(new Ramp(i => i is > 100 and < 106), time);
        var series = await reader.ReadAsync("x", TimeSpan.FromHours(4), Step, default);
        Assert.Equal((5, 0), (reader.InterpolatedCount, reader.RepeatedCount));
        Assert.Equal(series.Values[0] + 103 * 60_000, series.Values[103], 3);
    }

    [Fact]
    public async Task Read_NothingInTheBeginning_StartsWithTheFirstValue()
    {
        var series = await Read(new Ramp(i => i < 50), TimeSpan.FromHours(2));
        Assert.Equal(70, series.Values.Length);
        Assert.Equal(series.Values[0], series.Start.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Read_NightAsleep_RepeatsTheDayBefore()
    {
        var reader = new MetricSeriesReader(new Ramp(i => i is > 2000 and < 2500), time);
        var series = await reader.ReadAsync("x", TimeSpan.FromDays(3), Step, default);
        Assert.Equal((0, 499), (reader.InterpolatedCount, reader.RepeatedCount));
        Assert.Equal(series.Values[2100 - 1440], series.Values[2100]);
        Assert.Equal(series.Values[0] + 2500 * 60_000.0, series.Values[2500]);
    }

    [Fact]
    public async Task Read_LongGapOfTheFirstDay_IsInterpolated()
    {
        var reader = new MetricSeriesReader(new Ramp(i => i is > 100 and < 120), time);
        var series = await reader.ReadAsync("x", TimeSpan.FromHours(4), Step, default);
        Assert.Equal((19, 0), (reader.InterpolatedCount, reader.RepeatedCount));
        Assert.Equal(series.Values[0] + 110 * 60_000.0, series.Values[110], 3);
    }

    [Fact]
    public async Task Read_MoreThanAThirdMissing_SaysHowMuchAndWhere()
    {
        var e = await Assert.ThrowsAsync<FormatException>(
            () => Read(new Ramp(i => i is > 100 and < 190 || i == 50), TimeSpan.FromHours(4)));
        Assert.Contains("90 of 240 values are missing", e.Message);
        Assert.Contains("from 1970-04-26 15:28:00 UTC to 1970-04-26 16:56:00 UTC", e.Message);
    }

    [Theory]
    [InlineData(2, "gives 2 series")]
    [InlineData(0, "has no value")]
    public async Task Read_NotOneSeries_SaysSo(int rows, string said) => Assert.Contains(
        said,
        (await Assert.ThrowsAsync<FormatException>(
            () => Read(new Ramp(_ => false, rows), TimeSpan.FromHours(1)))).Message);

    private Task<Autoscaling.Backtesting.LoadSeries> Read(Ramp metrics, TimeSpan range) =>
        new MetricSeriesReader(metrics, time).ReadAsync("x", range, Step, default);

    /// <summary>Each value is its own time, so that a shifted or doubled one shows.</summary>
    private sealed class Ramp(Func<long, bool> isMissing, int rows = 1) : IMetricQuery
    {
        private long firstMs = -1;

        public int Asked { get; private set; }

        public ValueTask<MetricAnswer> InstantAsync(
            string expression, long atUnixMs, TimeSpan? lookBack, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public ValueTask<MetricAnswer> RangeAsync(
            string expression, long startUnixMs, long endUnixMs, TimeSpan step, TimeSpan? lookBack,
            CancellationToken cancellation)
        {
            Asked++;
            firstMs = firstMs < 0 ? startUnixMs : firstMs;
            var stepMs = (long)step.TotalMilliseconds;
            var count = (int)((endUnixMs - startUnixMs) / stepMs) + 1;
            Assert.InRange(count, 1, 11_000);
            var values = Enumerable.Range(0, rows).SelectMany(_ => Enumerable.Range(0, count)).Select(i =>
                isMissing((startUnixMs - firstMs) / stepMs + i)
                    ? MetricMatrix.Absent
                    : startUnixMs + i * (double)stepMs);
            return ValueTask.FromResult(new MetricAnswer
            {
                Matrix = new MetricMatrix(
                    startUnixMs, stepMs, count, [.. Enumerable.Repeat(Array.Empty<MetricLabel>(), rows)], [.. values]),
            });
        }
    }
}
