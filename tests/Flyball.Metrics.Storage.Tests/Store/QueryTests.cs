using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.Storage.Tests.Store;

public sealed class QueryTests
{
    private const long Start = StoreHarness.StartMs;

    public static TheoryData<int, string, string> Matchers()
    {
        var data = new TheoryData<int, string, string>();
        foreach (MatchKind kind in Enum.GetValues<MatchKind>())
        {
            foreach (string name in (string[])["__name__", "code", "instance", "absent"])
            {
                string[] values = kind is MatchKind.Equal or MatchKind.NotEqual
                    ? ["", "200", "requests", "i3", "none"]
                    : ["", ".*", ".+", "2..", "200|500", "i[1-3]", "i.*", "re.*|up", "(?i)UP", "i1|", "50+"];
                foreach (string value in values) data.Add((int)kind, name, value);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matchers))]
    public async Task Select_AnyMatcher_FindsWhatTheMatcherAccepts(int kind, string name, string value)
    {
        await using StoreHarness harness = await FilledAsync();
        LabelMatcher matcher = LabelMatcher.Create((MatchKind)kind, name, value);
        Labels[] all = [.. AllLabels()];
        foreach (LabelMatcher[] matchers in (
            LabelMatcher[][])[[matcher], [LabelMatcher.Equal("__name__", "requests"), matcher]])
        {
            IEnumerable<string> expected = all
                .Where(labels => matchers.All(each => each.Matches(labels.Get(each.Name)))).Select(
                    labels => labels.ToString());
            Assert.Equal(expected.Order(StringComparer.Ordinal),
                harness.Read(matchers: matchers).Keys.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Select_OverBlocksAndHead_JoinsSeriesAndCutsToTheRange()
    {
        await using StoreHarness harness = await FilledAsync();
        Assert.True(harness.Store.Parts.Blocks.All.Count >= 2);
        long from = Start + 1_000_003;
        long to = Start + 5_000_000;
        foreach (List<(long TimestampMs, double Value)> samples in harness.Read(from, to).Values)
        {
            long[] expected =
                [.. Enumerable.Range(0, 600).Select(step => Start + (step * 15_000L)).Where(
                time => time >= from && time <= to)];
            Assert.Equal(expected, samples.Select(sample => sample.TimestampMs));
        }
    }

    [Fact]
    public async Task Iterator_SeekAndBulkReads_AgreeWithSteps()
    {
        await using StoreHarness harness = await FilledAsync();
        using ISeriesSource source = harness.Store.Open(Start, Start + 10_000_000);
        ISeries series =
            source.Select(new SeriesQuery(Start, Start + 10_000_000, [LabelMatcher.Equal("__name__", "up")]))[0];
        var steps = new List<(long Time, double Value)>();
        ISampleIterator iterator = series.Iterate();
        while (iterator.Next() == SampleKind.Float) steps.Add((iterator.TimestampMs, iterator.Value));

        var bulk = new List<(long Time, double Value)>();
        iterator = series.Iterate(iterator);
        long[] times = new long[77];
        double[] values = new double[77];
        while (iterator.ReadFloats(times, values, []) is var count && count > 0)
            bulk.AddRange(times.Take(count).Zip(values));
        Assert.Equal(steps, bulk);

        foreach (long target in (
            long[])[0, Start + 1, Start + 1_234_567, Start + 7_500_000, Start + 8_985_000, Start + 99_000_000])
        {
            iterator = series.Iterate();
            SampleKind kind = iterator.Seek(target);
            (long Time, double Value) expected = steps.FirstOrDefault(step => step.Time >= target);
            Assert.Equal(expected.Time == 0 ? SampleKind.None : SampleKind.Float, kind);
            if (kind != SampleKind.None) Assert.Equal(expected, (iterator.TimestampMs, iterator.Value));
            if (kind != SampleKind.None && iterator.Next() != SampleKind.None)
                Assert.Equal(steps[steps.IndexOf(expected) + 1], (iterator.TimestampMs, iterator.Value));
        }
    }

    [Fact]
    public async Task View_OpenedBeforeCompactionAndRetention_KeepsItsAnswer()
    {
        await using StoreHarness harness = await FilledAsync(maintain: false);
        Dictionary<string, List<(long TimestampMs, double Value)>> before = harness.Read();
        using (ISeriesSource view = harness.Store.Open(0, long.MaxValue / 2))
        {
            await harness.Store.MaintainAsync();
            await harness.Store.MaintainAsync();
            Assert.NotEmpty(harness.Store.Parts.Blocks.All);
            int samples = 0;
            foreach (ISeries series in view.Select(new SeriesQuery(0, long.MaxValue / 2, [])))
            {
                ISampleIterator iterator = series.Iterate();
                while (iterator.Next() != SampleKind.None) samples++;
            }

            Assert.Equal(before.Values.Sum(each => each.Count), samples);
        }

        await harness.Store.MaintainAsync();
        Assert.Equal(before, harness.Read());
    }

    [Fact]
    public async Task LabelNamesAndValues_ComeFromBlocksAndHeadInByteOrder()
    {
        await using StoreHarness harness = await FilledAsync();
        using ISeriesSource source = harness.Store.Open(0, long.MaxValue / 2);
        var everything = new SeriesQuery(0, long.MaxValue / 2, []);
        Assert.Equal(["__name__", "code", "instance"], source.LabelNames(everything));
        Assert.Equal(["requests", "up"], source.LabelValues("__name__", everything));
        var some = new SeriesQuery(0, long.MaxValue / 2, [LabelMatcher.Equal("code", "500")]);
        Assert.Equal(["i2", "i5"], source.LabelValues("instance", some));
    }

    [Fact]
    public async Task StartTimestamps_ComeBackFromHeadAndBlock()
    {
        await using var harness =
            new StoreHarness(change: options => options with { BlockRange = TimeSpan.FromMinutes(20), OutOfOrderWindow =
            TimeSpan.Zero });
        Labels labels = StoreHarness.Series("counter");
        for (int step = 0; step < 300; step++)
            await harness.AppendAsync(
                labels, Start + (step * 15_000L), step, startMs: Start - 5 + (step / 100 * 1_500_000L));
        await harness.Store.MaintainAsync();
        await harness.RestartAsync();
        using ISeriesSource source = harness.Store.Open(0, long.MaxValue / 2);
        ISampleIterator iterator = source.Select(new SeriesQuery(0, long.MaxValue / 2, []))[0].Iterate();
        for (int step = 0; step < 300; step++)
        {
            Assert.Equal(SampleKind.Float, iterator.Next());
            Assert.Equal(Start - 5 + (step / 100 * 1_500_000L), iterator.StartTimestampMs);
        }
    }

    private static IEnumerable<Labels> AllLabels()
    {
        for (int instance = 0; instance < 6; instance++)
        {
            yield return Labels.Of(("__name__", "up"), ("instance", $"i{instance}"));
            string code = (instance % 3) switch { 0 => "200", 1 => "404", _ => "500" };
            yield return Labels.Of(("__name__", "requests"), ("code", code), ("instance", $"i{instance}"));
        }
    }

    /// <summary>2.5 h at 15 s in ranges of 40 min, a part of it compacted.</summary>
    private static async Task<StoreHarness> FilledAsync(bool maintain = true)
    {
        var harness = new StoreHarness(change: options => options with
        {
            BlockRange = TimeSpan.FromMinutes(40),
            BlockRangeMax = TimeSpan.FromMinutes(40),
            OutOfOrderWindow = TimeSpan.FromMinutes(5),
        });
        for (int step = 0; step < 600; step++)
        {
            long nowMs = Start + (step * 15_000L);
            await harness.AppendAsync(
                batch =>
                {
                    foreach (Labels labels in AllLabels())
                    {
                        batch.BeginSeries(labels);
                        batch.Add(nowMs, step * 1.5);
                    }
                },
                nowMs);
        }

        if (maintain) await harness.Store.MaintainAsync();
        return harness;
    }
}
