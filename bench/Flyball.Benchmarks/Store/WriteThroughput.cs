using System.Diagnostics;
using Flyball.Base.Resources;
using Flyball.Store;
using HdrHistogram;

namespace Flyball.Benchmarks.Store;

/// <summary>
/// 512-byte values to 10,000 keys, each write a transaction with a resource row and a change-log row, fsynced. Clients
/// are closed loops: each waits for its answer before it writes again.
/// </summary>
internal static class WriteThroughput
{
    private const int Keys = 10_000;
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(
        string name, int clients, int groupMax, Func<SqliteStoreOptions, SqliteStoreOptions>? change = null)
    {
        using var scratch =
            new ScratchStore(options => (change?.Invoke(options) ?? options) with { GroupTransactionsMax = groupMax });
        var run = new Run(scratch, clients);
        await run.ForAsync(Warmup);
        long before = scratch.Store.Current.Revision.Value;
        TimeSpan cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        HistogramBase latency = await run.ForAsync(Measured);
        double seconds = watch.Elapsed.TotalSeconds;
        double cpu = (Process.GetCurrentProcess().TotalProcessorTime - cpuBefore).TotalSeconds;
        double writes = (scratch.Store.Current.Revision.Value - before) / seconds;
        (double database, double log) = scratch.SizeMiB();
        Console.WriteLine(
            $"{name,-34} {writes,9:N0} writes/s"
            + $"  p50 {Ms(latency, 50):F2}  p99 {Ms(latency, 99):F2}  max {Ms(latency, 100):F2} ms"
            + $"  cpu {cpu / seconds:F2} cores, {cpu * 1e6 / seconds / writes:F0} us/write  db {database:F0} MiB  wal {log:F0} MiB");
    }

    private static double Ms(HistogramBase histogram, double percentile) =>
        histogram.GetValueAtPercentile(percentile) / 1_000.0;

    private sealed class Run(ScratchStore scratch, int clients)
    {
        private static readonly ResourceKey[] Names =
            [.. Enumerable.Range(0, Keys).Select(i => new ResourceKey("allocation", $"instance-{i:D8}"))];

        private readonly byte[] value = Value();

        public async Task<HistogramBase> ForAsync(TimeSpan duration)
        {
            long end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
            // A histogram a client would not fit; one behind a lock would be measured with it. Eight are enough.
            LongHistogram[] parts = [.. Enumerable.Range(0, 8).Select(_ => new LongHistogram(60_000_000, 3))];
            await Task.WhenAll(
                Enumerable.Range(0, clients).Select(i => ClientAsync(new Random(i), end, parts[i % parts.Length])));
            for (int i = 1; i < parts.Length; i++) parts[0].Add(parts[i]);
            return parts[0];
        }

        private async Task ClientAsync(Random random, long end, LongHistogram latency)
        {
            await Task.Yield();
            while (true)
            {
                long started = Stopwatch.GetTimestamp();
                if (started >= end) return;
                CommitResult result =
                    await scratch.Store.CommitAsync(new StoreTransaction().Put(Names[random.Next(Keys)], value));
                if (!result.IsCommitted) throw new InvalidOperationException($"{result.Outcome}: {result.Reason}");
                long us = (long)Stopwatch.GetElapsedTime(started).TotalMicroseconds;
                lock (latency) latency.RecordValue(Math.Max(1, us));
            }
        }

        private static byte[] Value()
        {
            var bytes = new byte[512];
            new Random(7).NextBytes(bytes);
            return bytes;
        }
    }
}
