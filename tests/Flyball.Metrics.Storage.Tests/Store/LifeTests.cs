using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage.Tests.Chunks;

namespace Flyball.Metrics.Storage.Tests.Store;

/// <summary>Histograms, exemplars, metadata, deletions, backups, retention: each through restarts.</summary>
public sealed class LifeTests
{
    private const long Start = StoreHarness.StartMs;

    private static readonly Func<TimeSeriesOptions, TimeSeriesOptions> Small = options => options with
    {
        BlockRange = TimeSpan.FromMinutes(20),
        BlockRangeMax = TimeSpan.FromHours(1),
        OutOfOrderWindow = TimeSpan.FromMinutes(5),
    };

    [Fact]
    public async Task Histograms_ThroughHeadWalCheckpointAndBlock_ComeBackWhole()
    {
        await using var harness = new StoreHarness(change: Small);
        Labels labels = StoreHarness.Series("latency");
        var sent = new List<NativeHistogram>();
        for (int step = 0; step < 200; step++)
        {
            // Layouts change, go stale, and floats come between.
            NativeHistogram histogram = step % 50 == 49 ? new NativeHistogram { Sum = SpecialValues.StaleNaN }
                : Make(step, step / 70);
            sent.Add(histogram);
            await harness.AppendAsync(labels, Start + (step * 15_000L), histogram);
            Assert.Equal(1, harness.Report.Accepted);
            if (step == 120) await harness.Store.CheckpointAsync();
            if (step is 100 or 150) await harness.CrashAsync();
        }

        await harness.Store.MaintainAsync();
        Assert.NotEmpty(harness.Store.Parts.Blocks.All);
        using ISeriesSource source = harness.Store.Open(0, long.MaxValue / 2);
        ISampleIterator iterator = Assert.Single(source.Select(new SeriesQuery(0, long.MaxValue / 2, []))).Iterate();
        for (int step = 0; step < sent.Count; step++)
        {
            Assert.Equal(SampleKind.Histogram, iterator.Next());
            Assert.Equal(Start + (step * 15_000L), iterator.TimestampMs);
            Assert.True(HistogramTests.Same(sent[step], iterator.Histogram), $"histogram {step} differs");
        }

        Assert.Equal(SampleKind.None, iterator.Next());
    }

    [Fact]
    public async Task FloatsAndHistograms_InOneSeries_KeepTheirOrder()
    {
        await using var harness = new StoreHarness();
        Labels labels = StoreHarness.Series("mixed");
        for (int step = 0; step < 20; step++)
        {
            if (step / 3 % 2 == 0) await harness.AppendAsync(labels, Start + step, step);
            else await harness.AppendAsync(labels, Start + step, Make(step, 0));
        }

        await harness.AppendAsync(labels, Start - 60_000, Make(77, 0));
        await harness.AppendAsync(labels, Start - 59_000, 78);
        List<(long TimestampMs, double Value)> read = harness.Read()[labels.ToString()];
        Assert.Equal(
            new[] { (Start - 60_000, 77.0), (Start - 59_000, 78.0) }.Concat(
                Enumerable.Range(0, 20).Select(step => (Start + step, (double)step))),
            read);
    }

    [Fact]
    public async Task Histogram_WhoseBucketsContradictItsSpans_IsRefused()
    {
        await using var harness = new StoreHarness();
        await harness.AppendAsync(
            StoreHarness.Series("bad"), Start, new NativeHistogram { PositiveSpans = [new BucketSpan(0, 3)] });
        Assert.Equal(SampleRefusal.MalformedHistogram, harness.Report.FirstRefusal);
    }

    [Fact]
    public async Task ExemplarsAndMetadata_SurviveACrashAndACheckpoint()
    {
        await using var harness = new StoreHarness();
        Labels trace = Labels.Of(("trace_id", "abc"));
        await harness.AppendAsync(
            batch =>
            {
                batch.BeginSeries(StoreHarness.Series("m"));
                batch.Add(Start, 1);
                batch.Exemplars.Add(new BatchExemplar(Start, 0.5, trace));
                batch.Metadata.Add(new MetricMetadata("m", "counter", "Requests.", ""));
            },
            Start);
        await harness.CrashAsync();
        await harness.Store.CheckpointAsync();
        await harness.CrashAsync();
        Assert.Equal(new BatchExemplar(Start, 0.5, trace), Assert.Single(harness.Store.Parts.Exemplars.All()).Exemplar);
        Assert.Equal(new MetricMetadata("m", "counter", "Requests.", ""),
            Assert.Single(harness.Store.Parts.Metadata.All()));
    }

    [Fact]
    public async Task Delete_RangeOfASeries_IsHiddenAtOnceAndGoneAfterCompaction()
    {
        await using var harness = new StoreHarness(change: Small);
        await FillAsync(harness, 400);
        await harness.Store.MaintainAsync();
        var range = new TimeRange(Start + 600_000, Start + 5_000_000);
        LabelMatcher[] matchers = [LabelMatcher.Equal("instance", "i1")];
        Assert.True(await Deletion.DeleteAsync(
            harness.Store, matchers, range, TestContext.Current.CancellationToken) >= 2);
        int expected = Enumerable.Range(0, 400).Count(step => !range.Contains(Start + (step * 15_000L)));
        for (int round = 0; round < 3; round++)
        {
            Dictionary<string, List<(long TimestampMs, double Value)>> read = harness.Read();
            Assert.Equal(expected, read[StoreHarness.Series("m", "i1").ToString()].Count);
            Assert.Equal(400, read[StoreHarness.Series("m", "i0").ToString()].Count);
            if (round == 0) await harness.CrashAsync();
            if (round == 1) await harness.Store.MaintainAsync();
        }

        Assert.All(harness.Store.Parts.Blocks.All, block => Assert.Equal(0, block.Tombstones.Count));
    }

    [Fact]
    public async Task Backup_OfARunningStore_OpensWithTheSameSamples()
    {
        await using var harness = new StoreHarness(change: Small);
        await FillAsync(harness, 400);
        await harness.Store.MaintainAsync();
        Assert.True(await Backup.WriteAsync(harness.Store, "/backup") >= 2);
        await using TimeSeriesStore copy =
            StoreHarness.Open(harness.Disk, harness.Time, options => Small(options) with { Directory = "/backup" });
        using ISeriesSource source = copy.Open(0, long.MaxValue / 2);
        int samples = 0;
        foreach (ISeries series in source.Select(new SeriesQuery(0, long.MaxValue / 2, [])))
        {
            ISampleIterator iterator = series.Iterate();
            while (iterator.Next() != SampleKind.None) samples++;
        }

        Assert.Equal(1200, samples);
    }

    [Fact]
    public async Task Retention_ByTimeAndBySize_DeletesTheOldestBlocks()
    {
        await using var harness =
            new StoreHarness(change: options => Small(options) with { Retention = TimeSpan.FromHours(2) });
        await FillAsync(harness, 1200);
        await harness.Store.MaintainAsync();
        long newestMs = Start + (1199 * 15_000L);
        Assert.All(harness.Store.Parts.Blocks.All, block => Assert.True(block.Meta.EndMs > newestMs - 7_200_000));
        int before = harness.Store.Parts.Blocks.All.Count;
        Assert.True(before >= 2);
        await harness.Store.DisposeAsync();
        await using TimeSeriesStore tight =
            StoreHarness.Open(harness.Disk, harness.Time, options => Small(options) with { RetentionBytes = 1 });
        await tight.MaintainAsync();
        Assert.Empty(tight.Parts.Blocks.All);
        Assert.DoesNotContain(harness.Disk.Paths, path => path.EndsWith(".block", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FullDisk_RefusesAppendsAnswersQueriesAndRecoversWithoutRestart()
    {
        await using var harness = new StoreHarness();
        await FillAsync(harness, 10);
        harness.Disk.CapacityBytes = 0;
        for (int attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal(CommitOutcome.Unavailable,
                await harness.AppendAsync(StoreHarness.Series("m", "i0"), Start + 200_000 + attempt, 5));
            Assert.Equal(3, harness.Read().Count);
        }

        harness.Disk.CapacityBytes = long.MaxValue;
        Assert.Equal(CommitOutcome.Durable,
            await harness.AppendAsync(StoreHarness.Series("m", "i0"), Start + 300_000, 6));
        await harness.CrashAsync();
        Assert.Contains((Start + 300_000, 6.0), harness.Read()[StoreHarness.Series("m", "i0").ToString()]);
    }

    [Fact]
    public async Task SeriesThatFellSilent_LeaveTheHeadAndTheirNumbersAreUsedAgain()
    {
        await using var harness = new StoreHarness(change: Small);
        for (int step = 0; step < 600; step++)
        {
            // Ten generations of 50 series.
            for (int series = 0; series < 5; series++)
                await harness.AppendAsync(
                    StoreHarness.Series("m", $"g{step / 60}-{series}"), Start + (step * 15_000L), step);
            if (step % 40 == 39) await harness.Store.MaintainAsync();
        }

        Assert.InRange(harness.Store.Parts.Head.Series.Count, 5, 20);
        Assert.InRange(harness.Store.Parts.Head.Series.Limit, 5, 25);
        Assert.InRange(harness.Store.Parts.Head.Series.Pairs.Symbols.Count, 5, 30);
        Assert.Equal(50, harness.Read().Count);
        Assert.All(harness.Read().Values, samples => Assert.Equal(60, samples.Count));
    }

    [Fact]
    public async Task Cardinality_CountsSeriesByNameLabelAndPair()
    {
        await using var harness = new StoreHarness();
        await FillAsync(harness, 1);
        await harness.AppendAsync(StoreHarness.Series("n", "i0"), Start, 1);
        CardinalityReport report = Cardinality.Count(harness.Store.Parts.Head, 2);
        Assert.Equal(4, report.SeriesCount);
        Assert.Equal([new CardinalityEntry("m", 3), new CardinalityEntry("n", 1)], report.SeriesByMetric);
        Assert.Equal([new CardinalityEntry("instance", 3), new CardinalityEntry("__name__", 2)], report.ValuesByLabel);
        Assert.Equal([new CardinalityEntry("__name__=m", 3), new CardinalityEntry("instance=i0", 2)],
            report.SeriesByPair);
    }

    private static async Task FillAsync(StoreHarness harness, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            for (int series = 0; series < 3; series++)
                await harness.AppendAsync(
                    StoreHarness.Series("m", $"i{series}"), Start + (step * 15_000L), step + series);
        }
    }

    private static NativeHistogram Make(int step, int layout) => new()
    {
        Schema = 3,
        Count = 10 + step,
        Sum = step,
        ZeroThreshold = 0.001,
        ZeroCount = 1,
        PositiveSpans = [new BucketSpan(layout, 2), new BucketSpan(1, 1)],
        PositiveBuckets = [step, step * 2, 3],
    };
}
