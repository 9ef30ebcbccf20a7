using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage.Labelling;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Storage.Tests.Store;

/// <summary>Senders, queries and maintenance at the same time, on real files and threads.</summary>
public sealed class ConcurrencyTests : IDisposable
{
    private const int Writers = 4;
    private const int Steps = 800;
    private const int SeriesPerWriter = 20;
    private const long StepMs = 10_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("flyball-tsdb-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(StoreHarness.StartMs));
    private readonly Lock _clock = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Store_WithSendersQueriesAndMaintenance_LosesAndInventsNothing()
    {
        long[] acknowledgedSteps = new long[Writers];
        await using (TimeSeriesStore store = Open())
        {
            using var done = new CancellationTokenSource();
            Task[] writers =
                [.. Enumerable.Range(0, Writers).Select(
                writer => Task.Run(() => WriteAsync(store, writer, acknowledgedSteps)))];
            Task maintenance = Task.Run(() => MaintainAsync(store, done.Token));
            Task<int> reader = Task.Run(() => ReadAsync(store, acknowledgedSteps, done.Token));
            await Task.WhenAll(writers);
            await done.CancelAsync();
            await maintenance;
            Assert.True(await reader > 0, "No query ran beside the senders.");
            await store.MaintainAsync();
            Assert.True(store.Parts.Blocks.All.Count >= 2);
            Verify(store, Steps);
        }

        await using TimeSeriesStore again = Open();
        Assert.Empty(again.Recovery.Losses);
        Verify(again, Steps);
    }

    private static async Task MaintainAsync(TimeSeriesStore store, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            await store.MaintainAsync();
            await store.CheckpointAsync();
            await Task.Yield();
        }
    }

    /// <summary>Each query sees at least what was acknowledged when it began, and each series without a gap.</summary>
    private static Task<int> ReadAsync(TimeSeriesStore store, long[] acknowledgedSteps, CancellationToken done)
    {
        int queries = 0;
        while (!done.IsCancellationRequested)
        {
            int writer = queries++ % Writers;
            long least = Volatile.Read(ref acknowledgedSteps[writer]);
            foreach ((Labels labels, List<long> times) in Times(store, $"w{writer}"))
            {
                Assert.True(times.Count >= least, $"{labels} shows {times.Count} of {least} acknowledged samples");
                for (int step = 0; step < times.Count; step++)
                    Assert.Equal(StoreHarness.StartMs + (step * StepMs) + writer, times[step]);
            }
        }

        return Task.FromResult(queries);
    }

    private static void Verify(TimeSeriesStore store, int steps)
    {
        for (int writer = 0; writer < Writers; writer++)
        {
            List<(Labels Labels, List<long> Times)> all = Times(store, $"w{writer}");
            Assert.Equal(SeriesPerWriter, all.Count);
            foreach ((Labels labels, List<long> times) in all)
                Assert.Equal(Enumerable.Range(0, steps).Select(step => StoreHarness.StartMs + (step * StepMs) + writer),
                    times);
        }
    }

    private static List<(Labels Labels, List<long> Times)> Times(TimeSeriesStore store, string name)
    {
        using ISeriesSource source = store.Open(0, long.MaxValue / 2);
        var query = new SeriesQuery(0, long.MaxValue / 2, [LabelMatcher.Equal("__name__", name)]);
        var all = new List<(Labels Labels, List<long> Times)>();
        foreach (ISeries series in source.Select(query))
        {
            var times = new List<long>();
            ISampleIterator iterator = series.Iterate();
            while (iterator.Next() != SampleKind.None) times.Add(iterator.TimestampMs);
            all.Add((series.Labels, times));
        }

        return all;
    }

    private TimeSeriesStore Open() => TimeSeriesStore.Open(
        new TimeSeriesOptions
        {
            Directory = _directory,
            BlockRange = TimeSpan.FromMinutes(20),
            OutOfOrderWindow = TimeSpan.FromMinutes(5),
            MaintenanceInterval = TimeSpan.Zero,
            GroupCommitInterval = TimeSpan.Zero,
        },
        PhysicalDisk.Instance, PoolWorkers.Instance, _time, new Random(1), NullLogger.Instance);

    private async Task WriteAsync(TimeSeriesStore store, int writer, long[] acknowledgedSteps)
    {
        var batch = new SampleBatch();
        var report = new AppendReport();
        for (int step = 0; step < Steps; step++)
        {
            // Nobody runs so far ahead that another's samples are too old.
            while (acknowledgedSteps.Min() < step - 20) await Task.Yield();
            long nowMs = StoreHarness.StartMs + (step * StepMs) + writer;
            lock (_clock)
            {
                if (nowMs > _time.GetUtcNow().ToUnixTimeMilliseconds())
                    _time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(nowMs));
            }

            batch.Clear(LabelForm.Plain);
            for (int series = 0; series < SeriesPerWriter; series++)
            {
                batch.BeginSeries(StoreHarness.Series($"w{writer}", $"i{series}"));
                batch.Add(nowMs, step);
            }

            Assert.Equal(CommitOutcome.Durable, await store.AppendAsync(batch, report));
            Assert.Equal((SeriesPerWriter, 0), (report.Accepted, report.Refused));
            Volatile.Write(ref acknowledgedSteps[writer], step + 1);
        }
    }
}
