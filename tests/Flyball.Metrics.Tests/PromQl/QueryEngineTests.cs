using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Scripts;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.Tests.PromQl;

public sealed class QueryEngineTests
{
    private const long Minute = 60_000;

    private static MemoryStore StoreWith(int series, int samples)
    {
        var store = new MemoryStore();
        for (int s = 0; s < series; s++)
        {
            Labels labels = Labels.Of(("__name__", "m"), ("i", $"{s:D3}"));
            for (int i = 0; i < samples; i++) store.Add(labels, new MemorySample(i * Minute, i, null, 0));
        }

        return store;
    }

    private static QueryEngine Engine(QueryOptions? options = null) =>
        new(options ?? new QueryOptions(), TimeProvider.System);

    [Theory]
    [InlineData((5 * Minute) - 1, 1)]
    [InlineData(5 * Minute, 0)]
    public void Instant_SampleAtTheLookbacksEdge_IsLeftOpen(long ageMs, int expected) =>
        Assert.Equal(expected, Engine().AtTime(StoreWith(1, 1), "m", ageMs).Series.Count);

    [Fact]
    public void Range_LongerThanTheSampleLimit_IsRefused()
    {
        QueryEngine engine = Engine(new QueryOptions { MaxSamples = 1000 });

        Assert.True(engine.Over(StoreWith(5, 100), "m", 0, 99 * Minute, Minute).IsSuccess);
        QueryResult refused = engine.Over(StoreWith(20, 100), "m", 0, 99 * Minute, Minute);

        Assert.Equal(QueryFailure.TooManySamples, refused.Failure);
        Assert.Equal("query processing would load too many samples into memory in query execution", refused.Error);
    }

    [Fact]
    public void Range_AggregationOverManySeries_HoldsOnlyItsTotals()
    {
        QueryEngine engine = Engine(new QueryOptions { MaxSamples = 1000 });

        QueryResult result = engine.Over(StoreWith(200, 100), "sum(rate(m[5m]))", 0, 99 * Minute, Minute);

        Assert.True(result.IsSuccess, result.Error);
        Assert.InRange(result.PeakSamples, 100, 1000);
        Assert.Equal(200 * 100, result.ReadSamples);
    }

    [Fact]
    public void Range_HugeSubquery_IsRefusedBeforeItRuns() =>
        Assert.Equal(
            QueryFailure.TooManySamples,
            Engine().AtTime(StoreWith(1, 1), "sum_over_time(m[10y:1ms])", 0).Failure);

    [Fact]
    public void Range_TooManySteps_IsRefused()
    {
        QueryEngine engine = Engine(new QueryOptions { MaxSteps = 100 });

        Assert.True(engine.Over(StoreWith(1, 1), "m", 0, 99, 1).IsSuccess);
        Assert.Equal(QueryFailure.BadQuery, engine.Over(StoreWith(1, 1), "m", 0, 100, 1).Failure);
        Assert.Equal(QueryFailure.BadQuery, engine.Over(StoreWith(1, 1), "m", long.MinValue, long.MaxValue, 1).Failure);
    }

    [Fact]
    public void Range_PastTheTimeout_StopsBetweenSeries()
    {
        var time = new LeapingTime(TimeSpan.FromSeconds(1));
        var engine = new QueryEngine(new QueryOptions { Timeout = TimeSpan.FromSeconds(30) }, time);

        Assert.True(engine.Over(StoreWith(10, 1), "m", 0, 0, 1).IsSuccess);
        QueryResult result = engine.Over(StoreWith(100, 1), "m", 0, 0, 1);

        Assert.Equal(QueryFailure.Timeout, result.Failure);
        Assert.Equal("query timed out in expression evaluation", result.Error);
    }

    [Fact]
    public void Instant_Cancelled_SaysSo()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        QueryResult result = Engine().Instant(StoreWith(1, 1), "m", 0, cancellation.Token);

        Assert.Equal(QueryFailure.Cancelled, result.Failure);
    }

    [Theory]
    [InlineData("m[5m]", "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector")]
    [InlineData("\"text\"", "invalid expression type \"string\" for range query, must be Scalar or instant Vector")]
    public void Range_ExpressionWithoutSteps_IsRefused(string query, string error) =>
        Assert.Equal(error, Engine().Over(StoreWith(1, 1), query, 0, 1, 1).Error);

    [Theory]
    [InlineData("1 + 1", "Scalar")]
    [InlineData("\"text\"", "String")]
    [InlineData("m", "Vector")]
    [InlineData("m[5m]", "Matrix")]
    [InlineData("m[5m:1m]", "Matrix")]
    public void Instant_EachType_IsReported(string query, string type) =>
        Assert.Equal(type, Engine().AtTime(StoreWith(1, 3), query, Minute).Type.ToString());

    [Fact]
    public void Instant_SelectorsTimes_BoundWhatTheSourceIsOpenedFor()
    {
        var store = new RecordingStore();
        Engine().AtTime(store, "rate(m[5m] offset 1h) + n @ 100 + max_over_time(o[10m:1m])", 10_000_000);

        Assert.Equal(100_000 - (5 * Minute) + 1, store.Min);
        Assert.Equal(10_000_000, store.Max);
        Assert.Equal(3, store.Selected);
        Assert.True(store.IsDisposed);
    }

    [Fact]
    public void Range_UnsortedSeries_ComeSortedByLabels()
    {
        QueryResult result = Engine().Over(StoreWith(20, 3), "-m", 0, Minute, Minute);

        Assert.Equal(result.Series.OrderBy(one => one.Labels), result.Series);
        Assert.Equal(20, result.Series.Count);
    }

    /// <summary>A clock that moves on each time somebody looks at it.</summary>
    private sealed class LeapingTime(TimeSpan leap) : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now += leap.Ticks;
    }

    private sealed class RecordingStore : ISeriesStore, ISeriesSource
    {
        public long Min { get; private set; }

        public long Max { get; private set; }

        public int Selected { get; private set; }

        public bool IsDisposed { get; private set; }

        public ISeriesSource Open(long minTimestampMs, long maxTimestampMs)
        {
            (Min, Max) = (minTimestampMs, maxTimestampMs);
            return this;
        }

        public IReadOnlyList<ISeries> Select(SeriesQuery query, CancellationToken cancellation = default)
        {
            Selected++;
            Assert.InRange(query.MinTimestampMs, Min, Max);
            Assert.InRange(query.MaxTimestampMs, Min, Max);
            return [];
        }

        public IReadOnlyList<string> LabelNames(SeriesQuery query, CancellationToken cancellation = default) => [];

        public IReadOnlyList<string> LabelValues(
            string name, SeriesQuery query, CancellationToken cancellation = default) => [];

        public void Dispose() => IsDisposed = true;
    }
}
