using CsCheck;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Scripts;

namespace Flyball.Metrics.Tests.PromQl;

/// <summary>Evaluating all steps at once must give what evaluating each step alone gives.</summary>
public sealed class RangeEqualsInstantsTests
{
    private const long StepMs = 25_000;
    private const int Steps = 12;

    private static readonly QueryEngine Engine = new(PromQlTestRunner.Experimental, TimeProvider.System);

    private static readonly MemoryStore Store = NewStore();

    [Fact]
    public void Range_AnyQuery_GivesWhatInstantsGive()
    {
        int compared = 0;
        QueryGenerator.Vector(3).Where(query => !LooksAtTheWholeQuery(query) && !MayTie(query)).Sample(query =>
        {
            QueryResult range = Engine.Over(Store, query, 0, (Steps - 1) * StepMs, StepMs);
            if (!range.IsSuccess) return;
            for (int step = 0; step < Steps; step++) Compare(query, range, step * StepMs);
            Interlocked.Increment(ref compared);
        }, iter: 600);
        Assert.True(compared > 300, $"Only {compared} queries had a result to compare.");
    }

    private static bool LooksAtTheWholeQuery(string query) =>
        query.Contains("@ start()", StringComparison.Ordinal) || query.Contains("@ end()", StringComparison.Ordinal)
        || query.Contains("step()", StringComparison.Ordinal);

    /// <summary>Counts are often equal: which of equals an aggregation chooses is nobody's promise.</summary>
    private static bool MayTie(string query) =>
        query.Contains("count_values", StringComparison.Ordinal)
        && (query.Contains("topk", StringComparison.Ordinal) || query.Contains("bottomk", StringComparison.Ordinal)
            || query.Contains("limitk", StringComparison.Ordinal));

    private static void Compare(string query, QueryResult range, long atMs)
    {
        QueryResult instant = Engine.AtTime(Store, query, atMs);
        Assert.True(instant.IsSuccess, $"{query} at {atMs}: {instant.Error}");
        Dictionary<Labels, Sample> expected = instant.Series.ToDictionary(one => one.Labels, one => one.Samples[0]);
        foreach (ResultSeries series in range.Series)
        {
            int index = Array.IndexOf(series.TimesMs, atMs);
            if (index < 0) continue;
            Assert.True(expected.Remove(series.Labels, out Sample sample), $"{query} at {atMs}: extra {series.Labels}");
            AssertSame(query, atMs, sample, series.Samples[index]);
        }

        Assert.True(expected.Count == 0, $"{query} at {atMs}: missing {expected.Keys.FirstOrDefault()}");
    }

    private static void AssertSame(string query, long atMs, Sample instant, Sample range)
    {
        bool isSame = instant.Histogram is not null && range.Histogram is not null
            ? Closeness.AreClose(instant.Histogram, range.Histogram, comparesHint: false)
            : instant.Histogram is null == range.Histogram is null && Closeness.AreClose(instant.Value, range.Value);
        Assert.True(isSame, $"{query} at {atMs}: {instant} at once, {range} in the range");
    }

    private static MemoryStore NewStore()
    {
        var store = new MemoryStore();
        var random = new Random(7);
        string[] names = ["foo", "bar:baz", "sum", "offset", "up", "start"];
        foreach (string name in names)
        {
            for (int i = 0; i < 4; i++)
            {
                Labels labels = Labels.Of(("__name__", name), ("a", i < 2 ? "b" : "x"), ("c", $"{i}"), ("job", "j"));
                AddSamples(store, labels, random, isHistogram: name == "up");
            }
        }

        return store;
    }

    private static void AddSamples(MemoryStore store, Labels labels, Random random, bool isHistogram)
    {
        double value = 0;
        for (long time = -600_000; time < 400_000; time += 13_000)
        {
            value = random.Next(12) == 0 ? 0 : value + random.Next(5);
            int kind = random.Next(20);
            if (kind == 0) continue;
            NativeHistogram? histogram = isHistogram && kind > 3 ? NewHistogram(value) : null;
            store.Add(labels, new MemorySample(time, kind == 1 ? SpecialValues.StaleNaN : value, histogram, 0));
        }
    }

    private static NativeHistogram NewHistogram(double count) => new()
    {
        Schema = 1,
        Count = 2 * count,
        Sum = count * 3,
        PositiveSpans = [new BucketSpan(0, 2)],
        PositiveBuckets = [count, count],
    };
}
