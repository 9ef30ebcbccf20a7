using Flyball.Metrics.Exposition;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Head;

namespace Flyball.Metrics.Storage.Tests.Store;

public sealed class ExemplarStoreTests
{
    private static readonly byte[] A = PlainLabels.ToBytes(StoreHarness.Series("a"));
    private static readonly byte[] B = PlainLabels.ToBytes(StoreHarness.Series("b"));

    [Fact]
    public void Add_OlderThanTheNewest_IsRefusedUnlessItIsThere()
    {
        var store = new ExemplarStore(10);
        Assert.Equal((SampleRefusal.None, true), Add(store, A, 10, 1));
        Assert.Equal((SampleRefusal.None, true), Add(store, A, 20, 2));
        Assert.Equal((SampleRefusal.None, false), Add(store, A, 10, 1));
        Assert.Equal((SampleRefusal.None, false), Add(store, A, 20, 2));
        Assert.Equal((SampleRefusal.ExemplarRefused, false), Add(store, A, 20, 3));
        Assert.Equal((SampleRefusal.ExemplarRefused, false), Add(store, A, 15, 1));
        Assert.Equal((SampleRefusal.None, true), Add(store, B, 5, 1));
        Assert.Equal(3, store.Count);
    }

    [Fact]
    public void Add_RingIsFull_TheFirstGoes()
    {
        var store = new ExemplarStore(2);
        Add(store, A, 10, 1);
        Add(store, B, 10, 1);
        Add(store, B, 20, 2);
        Assert.Equal([("b", 10), ("b", 20)], All(store));
        // Nothing of a is left, so that anything is new.
        Assert.Equal((SampleRefusal.None, true), Add(store, A, 5, 1));
        Assert.Equal([("b", 20), ("a", 5)], All(store));
        Assert.Equal((SampleRefusal.ExemplarRefused, false), Add(store, B, 15, 1));
    }

    [Fact]
    public void Insert_AnyTime_IsTakenOnce()
    {
        var store = new ExemplarStore(10);
        Add(store, A, 20, 2);
        Assert.True(store.Insert(A, Exemplar(10, 1)));
        Assert.False(store.Insert(A, Exemplar(10, 1)));
        Assert.True(store.Insert(A, Exemplar(15, 1)));
        Assert.Equal((SampleRefusal.ExemplarRefused, false), Add(store, A, 18, 3));
        Assert.Equal([("a", 20), ("a", 10), ("a", 15)], All(store));
    }

    [Fact]
    public async Task Exemplars_TheirSeriesLeavesTheHead_StayOverCheckpointAndRestart()
    {
        await using var harness = new StoreHarness();
        long start = StoreHarness.StartMs;
        await harness.AppendAsync(
            batch =>
            {
                batch.BeginSeries(StoreHarness.Series("gone"));
                batch.Add(start, 1);
                batch.Exemplars.Add(Exemplar(start, 0.5));
            },
            start);
        await harness.AppendAsync(StoreHarness.Series("other"), start + (4 * 3_600_000L), 1);
        await harness.Store.MaintainAsync();
        Assert.Equal(1, harness.Store.Parts.Head.Series.Count);
        for (int restart = 0; restart < 2; restart++)
        {
            ExemplarStore.Entry kept = Assert.Single(harness.Store.Parts.Exemplars.All());
            Assert.Equal((Exemplar(start, 0.5), "gone"), (kept.Exemplar, kept.Source.Labels.MetricName));
            await harness.Store.CheckpointAsync();
            await harness.RestartAsync();
        }
    }

    private static BatchExemplar Exemplar(long timestampMs, double value) =>
        new(timestampMs, value, Labels.Of(("trace_id", "x")));

    private static (SampleRefusal Refusal, bool IsAdded) Add(
        ExemplarStore store, byte[] series, long timestampMs, double value) =>
        (store.Add(series, Exemplar(timestampMs, value), out bool isAdded), isAdded);

    private static IEnumerable<(string Name, int TimestampMs)> All(ExemplarStore store) =>
        store.All().Select(entry => (entry.Source.Labels.MetricName, (int)entry.Exemplar.TimestampMs));
}
