using System.Buffers.Binary;
using System.Diagnostics;
using Flyball.Base.Resources;
using HdrHistogram;

namespace Flyball.Benchmarks.Store;

/// <summary>
/// From calling CommitAsync, so with queueing and fsync, until a watch yields the change. The value carries the time.
/// </summary>
internal static class WatchLatency
{
    private const int Commits = 20_000;

    public static async Task RunInProcessAsync()
    {
        using var scratch = new ScratchStore();
        await MeasureAsync("commit to watch, in process", scratch, scratch.Store, Commits);
    }

    public static Task RunOverGrpcAsync() => Task.CompletedTask;

    private static async Task MeasureAsync(string name, ScratchStore scratch, IResourceReader watched, int commits)
    {
        var histogram = new LongHistogram(60_000_000, 3);
        using var stop = new CancellationTokenSource();
        Task watching = WatchAsync(watched, histogram, commits, stop.Token);
        var pace = new Random(5);
        for (int i = 0; i < commits; i++)
        {
            var value = new byte[512];
            BinaryPrimitives.WriteInt64LittleEndian(value, Stopwatch.GetTimestamp());
            await scratch.Store.CommitAsync(new StoreTransaction().Put(new ResourceKey("endpoint", $"e{pace.Next(1_000)}"), value));
        }

        await watching;
        Console.WriteLine(
            $"{name,-34} p50 {histogram.GetValueAtPercentile(50) / 1_000.0:F2}  p99 {histogram.GetValueAtPercentile(99) / 1_000.0:F2}"
            + $"  max {histogram.GetMaxValue() / 1_000.0:F2} ms  ({commits:N0} commits, one after another)");
    }

    private static async Task WatchAsync(IResourceReader watched, LongHistogram histogram, int commits, CancellationToken stop)
    {
        int seen = 0;
        await foreach (ChangeBatch batch in watched.WatchAsync(["endpoint"], Revision.None, stop))
        {
            foreach (ResourceChange change in batch.Changes)
            {
                long at = BinaryPrimitives.ReadInt64LittleEndian(change.Current!.Value.Span);
                histogram.RecordValue(Math.Max(1, (long)Stopwatch.GetElapsedTime(at).TotalMicroseconds));
                seen++;
            }

            if (seen >= commits) return;
        }
    }
}
