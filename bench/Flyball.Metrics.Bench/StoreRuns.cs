using System.Diagnostics;
using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Metrics.Bench;

/// <summary>Ingestion, memory, disk and restart of the whole store.</summary>
internal static class StoreRuns
{
    private const long StartMs = 1_700_000_000_000 - (1_700_000_000_000 % 7_200_000);

    /// <summary>
    /// Server CPU a sample: Snappy, protobuf, head, WAL with sync before the answer; several senders at once.
    /// </summary>
    public static async Task IngestAsync(string directory, int seriesCount, int scrapes, int senders)
    {
        var clock = new ReplayClock(StartMs);
        var requests = new RemoteWriteRequests(new NodeExporterData(seriesCount, 1));
        List<byte[]>[] all = new List<byte[]>[scrapes];
        for (int scrape = 0; scrape < scrapes; scrape++) all[scrape] = requests.Next(TimeOf(scrape), 2_000);
        await using TimeSeriesStore store = Open(directory, clock);
        const int WarmUp = 10;
        TimeSpan cpu = default;
        long started = 0;
        var latencies = new List<double>();
        for (int scrape = 0; scrape < scrapes; scrape++)
        {
            if (scrape == WarmUp)
            {
                GC.Collect();
                cpu = Process.GetCurrentProcess().TotalProcessorTime;
                started = Stopwatch.GetTimestamp();
            }

            clock.Set(TimeOf(scrape));
            List<byte[]> bodies = all[scrape];
            await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(async () =>
            {
                var batch = new SampleBatch();
                var report = new AppendReport();
                for (int index = sender; index < bodies.Count; index += senders)
                {
                    long begin = Stopwatch.GetTimestamp();
                    await SendAsync(store, bodies[index], batch, report);
                    lock (latencies) latencies.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                }
            })));
        }

        TimeSpan used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        long samples = (long)(scrapes - WarmUp) * seriesCount;
        latencies.Sort();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double walBytes = store.Parts.Wal.AppendedBytes / (double)(scrapes * (long)seriesCount);
        Console.WriteLine($"{seriesCount} series, {samples} samples, {senders} senders");
        Console.WriteLine($"  {used.TotalMicroseconds / samples:F3} us CPU a sample, {samples / seconds:F0} samples/s");
        double median = latencies[latencies.Count / 2];
        Console.WriteLine($"  answer p50 {median:F1} ms, p99 {latencies[latencies.Count * 99 / 100]:F1} ms");
        Console.WriteLine($"  WAL {walBytes:F2} bytes a sample");
    }

    /// <summary>Bytes a sample on disk after so many hours.</summary>
    public static async Task DiskAsync(string directory, int seriesCount, int hours)
    {
        var clock = new ReplayClock(StartMs);
        var requests = new RemoteWriteRequests(new NodeExporterData(seriesCount, 1));
        TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
        await using TimeSeriesStore store = Open(directory, clock);
        var batch = new SampleBatch();
        var report = new AppendReport();
        int scrapes = hours * 240;
        for (int scrape = 0; scrape < scrapes; scrape++)
        {
            clock.Set(TimeOf(scrape));
            foreach (byte[] body in requests.Next(TimeOf(scrape), 10_000)) await SendAsync(store, body, batch, report);
            if (scrape % 60 == 59) await store.MaintainAsync();
        }

        await store.CheckpointAsync();
        long blockSamples = store.Parts.Blocks.All.Sum(block => block.Meta.SampleCount);
        double perSample = store.Parts.Blocks.SizeBytes / (double)blockSamples;
        double samples = scrapes * (double)seriesCount;
        double cpuMicroseconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalMicroseconds;
        Console.WriteLine($"{seriesCount} series, {hours} h: {perSample:F3} bytes a sample in blocks");
        Console.WriteLine($"  {store.Parts.Blocks.All.Count} blocks after {store.Maintenance.Compactions} merges");
        foreach (string part in (string[])["wal", "head", "blocks"])
            Console.WriteLine($"  {part,-7} {Size(Path.Combine(directory, part)):N0} bytes");
        Console.WriteLine($"  all     {Size(directory) / samples:F3} bytes a sample written");
        Console.WriteLine($"  CPU with generating {cpuMicroseconds / samples:F2} us a sample");
    }

    /// <summary>Resident memory with so many active series, then restart time and memory.</summary>
    public static async Task MemoryAsync(string directory, int seriesCount, int scrapes, bool checkpoint)
    {
        var clock = new ReplayClock(StartMs);
        await using (TimeSeriesStore store = Open(directory, clock))
        {
            var requests = new RemoteWriteRequests(new NodeExporterData(seriesCount, 1));
            var batch = new SampleBatch();
            var report = new AppendReport();
            long before = Resident();
            for (int scrape = 0; scrape < scrapes; scrape++)
            {
                clock.Set(TimeOf(scrape));
                foreach (byte[] body in requests.Next(TimeOf(scrape), 2_000))
                    await SendAsync(store, body, batch, report);
                if (scrape % 20 == 0) await store.MaintainAsync();
            }

            long resident = Resident();
            GC.KeepAlive(requests);
            GcMemory(out long heapBytes, out long committedBytes);
            Console.WriteLine($"{seriesCount} series, {scrapes} scrapes: resident {resident >> 20} MiB");
            Console.WriteLine($"  of it {before >> 20} MiB before the first series, so "
                + $"{(resident - before) / (double)seriesCount:F0} bytes a series");
            Console.WriteLine($"  slabs {store.Parts.Head.Memory.ReservedBytes >> 20} MiB, heap {heapBytes >> 20} MiB, "
                + $"committed {committedBytes >> 20} MiB");
            if (checkpoint)
            {
                long start = Stopwatch.GetTimestamp();
                await store.CheckpointAsync();
                Console.WriteLine($"  checkpoint in {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s");
            }
        }
    }

    /// <summary>Opens what another process left.</summary>
    public static async Task RestartAsync(string directory)
    {
        long start = Stopwatch.GetTimestamp();
        await using TimeSeriesStore store = Open(directory, new ReplayClock(StartMs));
        Console.WriteLine($"restart: {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s, "
            + $"{store.Parts.Head.Series.Count} series, {store.Recovery.CheckpointSeries} of a checkpoint");
        Console.WriteLine($"  {store.Recovery.WalSamples} samples replayed, resident {Resident() >> 20} MiB");
        foreach (string loss in store.Recovery.Losses) Console.WriteLine("  " + loss);
    }

    private static long TimeOf(int scrape) => StartMs + (scrape * (long)NodeExporterData.UsualIntervalMs);

    private static TimeSeriesStore Open(string directory, TimeProvider clock) => TimeSeriesStore.Open(
        new TimeSeriesOptions { Directory = directory, MaintenanceInterval = TimeSpan.Zero },
        PhysicalDisk.Instance, PoolWorkers.Instance, clock, new Random(1), NullLogger.Instance);

    private static async Task SendAsync(TimeSeriesStore store, byte[] body, SampleBatch batch, AppendReport report)
    {
        if (RemoteWriteDecoder.Decode(body, 64 << 20, "", batch) != RemoteWriteProblem.None)
            throw new InvalidDataException("bad request");
        CommitOutcome outcome = await store.AppendAsync(batch, report);
        if (outcome != CommitOutcome.Durable || report.Refused > 0)
            throw new InvalidOperationException($"{outcome}, {report.Refused} refused: {report.FirstRefusal}");
    }

    /// <summary>
    /// What reading costs: all of some series, and the labels of many, in a store that another run left.
    /// </summary>
    public static async Task QueryAsync(string directory)
    {
        await using TimeSeriesStore store = Open(directory, new ReplayClock(StartMs));
        long from = StartMs;
        long to = Math.Max(store.Parts.Head.MaxMs, store.Parts.Blocks.EndMs);
        string[] patterns = ["node_metric_5._total", "node_metric_8._total", "node_metric_10._total"];
        for (int round = 0; round < 5; round++)
        {
            foreach (string pattern in patterns)
            {
                LabelMatcher[] matchers =
                [
                    LabelMatcher.Create(MatchKind.Matches, "__name__", pattern), LabelMatcher.Equal("cpu", "3"),
                ];
                long start = Stopwatch.GetTimestamp();
                using ISeriesSource source = store.Open(from, to);
                IReadOnlyList<ISeries> series = source.Select(new SeriesQuery(from, to, matchers));
                double select = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                long samples = ReadAll(series);
                double all = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                if (round < 4) continue;
                Console.WriteLine($"{pattern}: {series.Count} series, {samples} samples, select {select:F0} us, "
                    + $"read {(all - select) * 1000 / samples:F1} ns a sample");
            }
        }
    }

    private static long ReadAll(IReadOnlyList<ISeries> series)
    {
        long[] times = new long[512];
        double[] values = new double[512];
        long samples = 0;
        ISampleIterator? iterator = null;
        foreach (ISeries each in series)
        {
            iterator = each.Iterate(iterator);
            while (iterator.ReadFloats(times, values, []) is var count && count > 0) samples += count;
        }

        return samples;
    }

    private static long Size(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static void GcMemory(out long heapBytes, out long committedBytes)
    {
        GCMemoryInfo info = GC.GetGCMemoryInfo();
        (heapBytes, committedBytes) = (info.HeapSizeBytes, info.TotalCommittedBytes);
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
