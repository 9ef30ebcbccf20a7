using System.Runtime.CompilerServices;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Tests.Faults;
using Flyball.Metrics.Storage.Tests.Store;

namespace Flyball.Metrics.Storage.Tests.Golden;

/// <summary>
/// A data directory of each released format, frozen: every later version must open it and read the same samples. It has
/// a WAL, a checkpoint, a chunk file, a block and deletions. <c>FLYBALL_WRITE_GOLDEN=1</c> writes the directory of a
/// new format; existing ones are never rewritten.
/// </summary>
public sealed class FrozenFormatTests
{
    private const string Newest = "v1";
    private const long Start = StoreHarness.StartMs;

    private static readonly Func<TimeSeriesOptions, TimeSeriesOptions> Small = options => options with
    {
        BlockRange = TimeSpan.FromMinutes(20),
        OutOfOrderWindow = TimeSpan.FromMinutes(5),
    };

    [Theory]
    [InlineData("v1")]
    public async Task Open_FrozenDirectory_ReadsTheSameSamples(string version)
    {
        string directory = Path.Combine(Here(), version);
        if (version == Newest && Environment.GetEnvironmentVariable("FLYBALL_WRITE_GOLDEN") == "1")
            await WriteAsync(directory);
        var disk = new FaultyDisk(1);
        foreach (string file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
            disk.WriteAll("/tsdb/" + Path.GetRelativePath(directory, file).Replace('\\', '/'), File.ReadAllBytes(file));
        await using var harness = new StoreHarness(disk, Small);
        Assert.Empty(harness.Store.Recovery.Losses);
        Assert.NotEmpty(harness.Store.Parts.Blocks.All);
        Assert.True(harness.Store.Recovery.CheckpointSeries > 0);
        Assert.True(harness.Store.Recovery.WalSamples > 0);
        Dictionary<string, List<(long TimestampMs, double Value)>> read = harness.Read();
        Assert.Equal(Expected(), read);
        Assert.Equal(new MetricMetadata("counter", "counter", "A counter.", ""),
            Assert.Single(harness.Store.Parts.Metadata.All()));
        Assert.Equal(0, harness.Store.Parts.Metrics.DamagedChunks);
    }

    private static async Task WriteAsync(string directory)
    {
        if (Directory.Exists(directory)) throw new InvalidOperationException($"{directory} is frozen.");
        var disk = new FaultyDisk(1);
        await using var harness = new StoreHarness(disk, Small);
        for (int step = 0; step < 200; step++)
        {
            long nowMs = Start + (step * 15_000L);
            await harness.AppendAsync(batch => Fill(batch, step, nowMs), nowMs);
            if (step == 160)
            {
                await harness.Store.MaintainAsync();
                await Deletion.DeleteAsync(
                    harness.Store, [LabelMatcher.Equal("__name__", "deleted")], new TimeRange(Start, Start + 600_000),
                        CancellationToken.None);
            }

            if (step == 180) await harness.Store.CheckpointAsync();
        }

        foreach (string path in disk.Paths)
        {
            string target = Path.Combine(directory, Path.GetRelativePath("/tsdb", path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            await File.WriteAllBytesAsync(target, disk.ReadAll(path));
        }
    }

    private static void Fill(SampleBatch batch, int step, long nowMs)
    {
        foreach (string name in (string[])["counter", "decimal", "noise", "late", "deleted"])
        {
            batch.BeginSeries(StoreHarness.Series(name));
            batch.Add(nowMs, Value(name, step), name == "counter" ? Start - 1 : 0);
            if (name == "late" && step % 10 == 9) batch.Add(nowMs - 7_000, step);
        }

        batch.BeginSeries(StoreHarness.Series("histogram"));
        batch.Add(nowMs, new NativeHistogram
        {
            Schema = 2, Count = step, Sum = step * 0.5, PositiveSpans = [new BucketSpan(0, 2)], PositiveBuckets =
                [step, 1],
        });
        batch.Metadata.Add(new MetricMetadata("counter", "counter", "A counter.", ""));
    }

    private static double Value(string name, int step) => name switch
    {
        "counter" => step * 7919,
        "decimal" => step % 50 == 49 ? SpecialValues.StaleNaN : Math.Round(step * 14.87, 2),
        "noise" => Math.Sqrt(step) * Math.PI,
        _ => step % 3,
    };

    private static Dictionary<string, List<(long TimestampMs, double Value)>> Expected()
    {
        var all = new Dictionary<string, List<(long TimestampMs, double Value)>>();
        foreach (string name in (string[])["counter", "decimal", "noise", "late", "deleted", "histogram"])
        {
            var samples = new List<(long TimestampMs, double Value)>();
            for (int step = 0; step < 200; step++)
            {
                long nowMs = Start + (step * 15_000L);
                if (name == "late" && step % 10 == 9) samples.Add((nowMs - 7_000, step));
                if (name == "deleted" && nowMs <= Start + 600_000) continue;
                samples.Add((nowMs, name == "histogram" ? step * 0.5 : Value(name, step)));
            }

            all.Add(StoreHarness.Series(name).ToString(), samples);
        }

        return all;
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
