using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Labelling;

namespace Flyball.Metrics.Storage.Tests.Store;

/// <summary>What an agent kept while its server was away comes hours late, in the order of its series.</summary>
public sealed class LateTests
{
    private const long Start = StoreHarness.StartMs;
    private const long HourMs = 3_600_000;
    private const int StepMs = 60_000;

    private static readonly string[] Host = [.. Enumerable.Range(0, 20).Select(series => $"host{series}")];

    [Theory]
    [InlineData(4, 30), InlineData(4, 0), InlineData(30, 30)]
    public async Task Append_HostsGapWhileOthersWentOn_IsFilledWholly(int hours, int windowMinutes)
    {
        await using var harness = new StoreHarness(
            change: options => options with { OutOfOrderWindow = TimeSpan.FromMinutes(windowMinutes) });
        await GoOnAsync(harness, 0, 60, Host);
        await GoOnAsync(harness, 60, hours * 60);
        Assert.True(harness.Store.Parts.Head.MinValidMs > Start + (20 * 60_000), "blocks must have passed the gap");
        await FillAsync(harness, 60, hours * 60);
        Verify(harness, hours * 60);

        await harness.RestartAsync();
        Verify(harness, hours * 60);
        await harness.CrashAsync();
        Verify(harness, hours * 60);

        harness.SetTime(Start + ((hours + 1) * HourMs));
        await harness.Store.MaintainAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(31));
        await harness.Store.MaintainAsync();
        Assert.True(harness.Store.Maintenance.LateHeadBlocks > 0);
        Assert.Equal(long.MaxValue, harness.Store.Parts.Head.LateMinMs);
        Verify(harness, hours * 60);

        await harness.RestartAsync();
        Verify(harness, hours * 60);
        await GoOnAsync(harness, hours * 60, (hours + 9) * 60, Host);
        Verify(harness, (hours + 9) * 60);
        IReadOnlyList<Block> blocks = harness.Store.Parts.Blocks.All;
        Assert.All(blocks.Zip(blocks.Skip(1)), pair => Assert.True(
            pair.First.Meta.EndMs <= pair.Second.Meta.MinMs, "late blocks must be merged with those beside them"));
    }

    [Fact]
    public async Task Append_GapSentTwice_IsThereOnce()
    {
        await using var harness = new StoreHarness();
        await GoOnAsync(harness, 0, 60, Host);
        await GoOnAsync(harness, 60, 360);
        await FillAsync(harness, 60, 360);
        await FlushLateAsync(harness);
        // Of its series' newest two hours, which are in the head, all but the window is too old to be judged again.
        for (int minute = 60; minute < 360; minute++)
            await harness.AppendAsync(batch => Add(batch, Host, minute), 0);
        Verify(harness, 360);
        await harness.RestartAsync();
        Verify(harness, 360);
    }

    [Fact]
    public async Task Append_LateHistograms_AreKeptInBlocks()
    {
        await using var harness = new StoreHarness();
        await GoOnAsync(harness, 0, 360);
        Labels labels = StoreHarness.Series("late_histogram");
        var histogram = new NativeHistogram
        {
            Schema = 0, Count = 3, Sum = 4, PositiveSpans = [new BucketSpan(0, 1)], PositiveBuckets = [3],
        };
        foreach (long atMs in (long[])[Start + HourMs, Start + HourMs + StepMs])
        {
            await harness.AppendAsync(
                batch =>
                {
                    batch.FillsGaps = true;
                    batch.BeginSeries(labels);
                    batch.Add(atMs, histogram);
                },
                atMs);
            Assert.Equal(1, harness.Report.Accepted);
        }

        await harness.CrashAsync();
        await FlushLateAsync(harness);
        await harness.RestartAsync();
        Assert.Equal(
            [(Start + HourMs, 4.0), (Start + HourMs + StepMs, 4.0)],
            harness.Read(maxMs: Start + (2 * HourMs))[labels.ToString()]);
    }

    [Fact]
    public async Task Delete_LateSamples_StayDeletedInBlocks()
    {
        await using var harness = new StoreHarness();
        await GoOnAsync(harness, 0, 360);
        await FillAsync(harness, 0, 120);
        LabelMatcher[] all = [LabelMatcher.Create(MatchKind.Matches, "__name__", "host.*")];
        await Deletion.DeleteAsync(harness.Store, all, new TimeRange(0, Start + HourMs - 1), default);
        // The next block of what is in order must not make the store forget what was deleted from late samples.
        int blocks = harness.Store.Maintenance.HeadBlocks;
        await harness.AppendAsync(batch => Add(batch, ["other0", "other1"], 421), Start + (421 * (long)StepMs));
        await harness.Store.MaintainAsync();
        Assert.Equal((blocks + 1, 0), (harness.Store.Maintenance.HeadBlocks, harness.Store.Maintenance.LateHeadBlocks));
        for (int round = 0; round < 3; round++)
        {
            Dictionary<string, List<(long TimestampMs, double Value)>> read = harness.Read(matchers: all);
            Assert.Equal(Host.Length, read.Count);
            Assert.All(read.Values, samples => Assert.Equal(
                Enumerable.Range(60, 60).Select(minute => Start + (minute * (long)StepMs)),
                samples.Select(sample => sample.TimestampMs)));
            if (round == 0) await FlushLateAsync(harness);
            else await harness.RestartAsync();
        }
    }

    [Fact]
    public async Task Backup_LateSamples_AreInTheCopy()
    {
        await using var harness = new StoreHarness();
        await GoOnAsync(harness, 0, 60, Host);
        await GoOnAsync(harness, 60, 360);
        await FillAsync(harness, 60, 300);
        await Backup.WriteAsync(harness.Store, "/copy");
        await using TimeSeriesStore copy = StoreHarness.Open(
            harness.Disk, harness.Time, options => options with { Directory = "/copy" });
        Assert.Equal(Text(harness.Store), Text(copy));

        // The copy's newest block ends where no range does; late blocks beside it must not pass that end.
        long endMs = copy.Parts.Head.VisibleFromMs;
        Assert.Equal(Start + (359 * (long)StepMs) + 1, endMs);
        var batch = new SampleBatch();
        batch.Clear(LabelForm.Plain);
        batch.FillsGaps = true;
        batch.BeginSeries(StoreHarness.Series("late"));
        for (int minute = 0; minute < 359; minute++) batch.Add(Start + (minute * (long)StepMs), minute);
        batch.BeginSeries(StoreHarness.Series("ordered"));
        batch.Add(endMs + 1, 1);
        Assert.Equal(CommitOutcome.Durable, await copy.AppendAsync(batch, harness.Report));
        Assert.Equal(0, harness.Report.Refused);
        string before = Text(copy);
        await copy.MaintainAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(31));
        await copy.MaintainAsync();
        Assert.Equal(3, copy.Maintenance.LateHeadBlocks);
        Assert.Equal(before, Text(copy));
        await copy.DisposeAsync();
        await using TimeSeriesStore again = StoreHarness.Open(
            harness.Disk, harness.Time, options => options with { Directory = "/copy" });
        Assert.Equal(before, Text(again));
    }

    [Fact]
    public async Task Maintain_DiskFillsWithinAPass_GoesOnWhereItStood()
    {
        await using var harness = new StoreHarness();
        await GoOnAsync(harness, 0, 60, Host);
        await GoOnAsync(harness, 60, 720);
        await FillAsync(harness, 60, 660);
        await harness.Store.MaintainAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(31));
        harness.Disk.CapacityBytes = harness.Disk.UsedBytes + 4_000;
        await Assert.ThrowsAnyAsync<IOException>(harness.Store.MaintainAsync);
        int before = harness.Store.Maintenance.LateHeadBlocks;
        Verify(harness, 660);
        harness.Disk.CapacityBytes = long.MaxValue;
        await harness.Store.MaintainAsync();
        Verify(harness, 660);
        Assert.Equal(5, harness.Store.Maintenance.LateHeadBlocks);
        Assert.InRange(before, 1, 4);
    }

    [Fact]
    public async Task Append_OlderThanItsSeriesWindow_IsRefusedThoughTheStoreIsOlder()
    {
        await using var harness = new StoreHarness();
        await harness.AppendAsync(StoreHarness.Series("slow"), Start + HourMs, 1);
        await harness.AppendAsync(StoreHarness.Series("fast"), Start + (2 * HourMs), 1);
        // Two series that the head holds: what the other one has plays no part.
        await harness.AppendAsync(StoreHarness.Series("fast"), Start + (9 * HourMs), 1);
        await harness.AppendAsync(StoreHarness.Series("slow"), Start + (2 * HourMs), 1);
        Assert.Equal(1, harness.Report.Accepted);
        await harness.AppendAsync(StoreHarness.Series("fast"), Start + (9 * HourMs) - 1_800_001, 1);
        Assert.Equal(SampleRefusal.TooOld, harness.Report.FirstRefusal);
        await harness.AppendAsync(StoreHarness.Series("fast"), Start + (9 * HourMs) - 1_800_000, 1);
        Assert.Equal(1, harness.Report.Accepted);
    }

    [Theory]
    [InlineData(false, 59, true), InlineData(false, 61, false), InlineData(true, 61, true)]
    [InlineData(true, 14 * 24 * 60, true), InlineData(true, 15 * 24 * 60 + 1, false)]
    public async Task Append_SeriesThatTheHeadDoesNotHold_IsOldOnlyFromWhoKeptNothing(
        bool fillsGaps, int minutes, bool isTaken)
    {
        await using var harness = new StoreHarness();
        long nowMs = Start + (24 * HourMs);
        await harness.AppendAsync(StoreHarness.Series("fast"), nowMs, 1);
        await harness.AppendAsync(
            batch =>
            {
                batch.FillsGaps = fillsGaps;
                batch.BeginSeries(StoreHarness.Series("new"));
                batch.Add(nowMs - (minutes * 60_000L), 1);
            },
            nowMs);
        Assert.Equal(isTaken ? SampleRefusal.None : SampleRefusal.TooOld, harness.Report.FirstRefusal);
    }

    /// <summary>Everybody else's samples, and maintenance beside; and those of the host if it is there.</summary>
    private static async Task GoOnAsync(StoreHarness harness, int fromMinute, int toMinute, params string[] names)
    {
        for (int minute = fromMinute; minute < toMinute; minute++)
        {
            long atMs = Start + (minute * (long)StepMs);
            await harness.AppendAsync(batch => Add(batch, [.. names, "other0", "other1"], minute), atMs);
            Assert.Equal(0, harness.Report.Refused);
            if (minute % 5 == 0) await harness.Store.MaintainAsync();
        }
    }

    private static async Task FillAsync(StoreHarness harness, int fromMinute, int toMinute)
    {
        for (int minute = fromMinute; minute < toMinute; minute++)
        {
            await harness.AppendAsync(batch => Add(batch, Host, minute), 0);
            Assert.Equal((Host.Length, 0), (harness.Report.Accepted, harness.Report.Refused));
        }
    }

    private static async Task FlushLateAsync(StoreHarness harness)
    {
        int before = harness.Store.Maintenance.LateHeadBlocks;
        await harness.Store.MaintainAsync();
        harness.Time.Advance(TimeSpan.FromMinutes(31));
        await harness.Store.MaintainAsync();
        Assert.True(harness.Store.Maintenance.LateHeadBlocks > before);
    }

    private static void Add(SampleBatch batch, string[] names, int minute)
    {
        foreach (string name in names)
        {
            batch.BeginSeries(StoreHarness.Series(name));
            batch.Add(Start + (minute * (long)StepMs), minute + name.Length);
        }

        batch.FillsGaps = true;
    }

    private static void Verify(StoreHarness harness, int minutes)
    {
        Dictionary<string, List<(long TimestampMs, double Value)>> read = harness.Read();
        Assert.Equal(Host.Length + 2, read.Count);
        foreach (string name in Host)
        {
            Assert.Equal(
                Enumerable.Range(0, minutes).Select(
                    minute => (Start + (minute * (long)StepMs), minute + name.Length + 0.0)),
                read[StoreHarness.Series(name).ToString()]);
            // A query that ends before what the head shows otherwise finds them as well.
            LabelMatcher matcher = LabelMatcher.Equal("__name__", name);
            Assert.Equal(90, harness.Read(maxMs: Start + (89 * (long)StepMs), matchers: matcher).Values.Single().Count);
        }
    }

    private static string Text(TimeSeriesStore store)
    {
        using ISeriesSource source = store.Open(long.MinValue / 2, long.MaxValue / 2);
        var lines = new List<string>();
        foreach (ISeries series in source.Select(
            new SeriesQuery(long.MinValue / 2, long.MaxValue / 2, [])))
        {
            string line = series.Labels.ToString();
            ISampleIterator samples = series.Iterate();
            while (samples.Next() != SampleKind.None) line += $" {samples.TimestampMs}:{samples.Value}";
            lines.Add(line);
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }
}
