using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Tests.Faults;

namespace Flyball.Metrics.Storage.Tests.Store;

/// <summary>
/// Each file of a store cut at each byte, and with flipped bits: it opens, keeps the rest, and says what it lost.
/// </summary>
public sealed class DamageTests
{
    private static readonly Func<TimeSeriesOptions, TimeSeriesOptions> Small = options => options with
    {
        BlockRange = TimeSpan.FromMinutes(20),
        OutOfOrderWindow = TimeSpan.FromMinutes(5),
    };

    /// <summary>Truly each byte; otherwise both ends, and samples of what is between them.</summary>
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("FLYBALL_LONG") == "1";

    [Theory]
    [InlineData(".wal")]
    [InlineData(".checkpoint")]
    [InlineData(".block")]
    [InlineData(".chunks")]
    public async Task Open_AfterTruncationAtEachByte_KeepsWhatIsWholeAndReportsTheRest(string suffix)
    {
        (FaultyDisk disk, Dictionary<string, List<(long TimestampMs, double Value)>> whole) = await FilledAsync();
        string path = disk.Paths.First(path => path.EndsWith(suffix, StringComparison.Ordinal));
        byte[] content = disk.ReadAll(path);
        int stride = IsLong ? 1 : Math.Max(1, content.Length / 200);
        for (int length = 0; length < content.Length; length += length < 120 || length > content.Length - 120 ? 1
            : stride)
            await VerifyAsync(
                disk, path, content[..length], whole, $"cut to {length} of {content.Length}", mustReport: false);
    }

    [Theory]
    [InlineData(".wal")]
    [InlineData(".checkpoint")]
    [InlineData(".block")]
    [InlineData(".chunks")]
    public async Task Open_AfterAFlippedBit_NeverInventsSamples(string suffix)
    {
        (FaultyDisk disk, Dictionary<string, List<(long TimestampMs, double Value)>> whole) = await FilledAsync();
        string path = disk.Paths.First(path => path.EndsWith(suffix, StringComparison.Ordinal));
        byte[] content = disk.ReadAll(path);
        int stride = IsLong ? 1 : Math.Max(1, content.Length / 250);
        for (int at = 0; at < content.Length; at += stride)
        {
            byte[] damaged = [.. content];
            damaged[at] ^= (byte)(1 << (at % 8));
            await VerifyAsync(disk, path, damaged, whole, $"bit flipped at {at}", mustReport: true);
        }
    }

    /// <summary>A store with blocks, a checkpoint, sealed chunks and WAL behind it.</summary>
    private static async Task<(
        FaultyDisk Disk, Dictionary<string, List<(long TimestampMs, double Value)>> Whole)> FilledAsync()
    {
        var disk = new FaultyDisk(1);
        await using var harness = new StoreHarness(disk, Small);
        for (int step = 0; step < 220; step++)
        {
            long nowMs = StoreHarness.StartMs + (step * 10_000L);
            for (int series = 0; series < 3; series++)
            {
                Labels labels = StoreHarness.Series("metric", $"i{series}");
                Assert.Equal(CommitOutcome.Durable,
                    await harness.AppendAsync(labels, nowMs + series, (step * series) + 0.25));
            }

            if (step == 190) await harness.Store.MaintainAsync();
            if (step == 200) await harness.Store.CheckpointAsync();
        }

        Assert.True(harness.Store.Parts.Blocks.All.Count >= 1);
        return (disk, harness.Read());
    }

    private static async Task VerifyAsync(
        FaultyDisk disk, string path, byte[] content, Dictionary<string, List<(long TimestampMs, double Value)>> whole,
            string what, bool mustReport)
    {
        FaultyDisk damaged = disk.Clone();
        damaged.WriteAll(path, content);
        await using var harness = new StoreHarness(damaged, Small);
        Dictionary<string, List<(long TimestampMs, double Value)>> read = harness.Read();
        int found = 0;
        foreach ((string labels, List<(long TimestampMs, double Value)> samples) in read)
        {
            Assert.True(whole.TryGetValue(labels, out var expected), $"{what}: the series {labels} never was.");
            Assert.True(samples.ToHashSet().IsSubsetOf(expected), $"{what}: {labels} has samples that never were.");
            found += samples.Count;
        }

        int lost = whole.Values.Sum(samples => samples.Count) - found;
        bool isReported = harness.Store.Recovery.Losses.Count > 0 || harness.Store.Parts.Metrics.DamagedChunks > 0;
        // A file cut between two records looks like one that ends there: only the checkpoint and blocks can tell.
        if (lost > 0 && (mustReport || !path.EndsWith(".wal", StringComparison.Ordinal)))
            Assert.True(isReported, $"{what}: {lost} samples are lost silently.");
        // Whatever was lost, the store works.
        Assert.Equal(
            CommitOutcome.Durable,
                await harness.AppendAsync(StoreHarness.Series("metric", "new"), StoreHarness.StartMs + 5_000_000, 1));
        Assert.Equal(1, harness.Report.Accepted);
    }
}
