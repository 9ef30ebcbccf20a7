using System.Globalization;
using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.PromQl.Evaluation;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Metrics.Bench;

/// <summary>
/// How the autoscaler reads: the signals of many workloads, one query each signal, once a tick. A workload has one
/// allocation and one upstream of the gateway, sampled every 15 s for an hour.
/// </summary>
internal static class WorkloadRuns
{
    private const long StartMs = 1_700_000_000_000 - (1_700_000_000_000 % 7_200_000);
    private const int StepMs = 15_000;
    private const int Scrapes = 240;
    private const int Rounds = 20;

    private static readonly (string Name, string Expression)[] Signals =
    [
        ("cpu", "sum by (allocation) (rate(flyball_allocation_cpu_seconds_total[60000ms]))"),
        ("memory", "max by (allocation) (last_over_time(flyball_allocation_memory_bytes[60000ms]))"),
        ("requests", "sum by (upstream) (rate(flyball_gateway_requests_total[60000ms]))"),
        ("concurrency",
            "sum by (upstream) (histogram_sum(rate(flyball_gateway_request_duration_seconds[60000ms])))"),
        ("latency",
            "histogram_quantile(0.99, sum by (upstream) (rate(flyball_gateway_request_duration_seconds[60000ms])))"),
    ];

    public static async Task RunAsync(string directory, int workloads)
    {
        var clock = new ReplayClock(StartMs);
        var options = new MetricsOptions { DataDirectory = Path.GetFullPath(directory), SyncInterval = TimeSpan.Zero };
        await using var host = new StoreHost(
            options, PhysicalDisk.Instance, PoolWorkers.Instance, clock, new Random(1), NullLogger<StoreHost>.Instance);
        await host.Start();
        using var intake = new SampleIntake(options, host);
        var sink = new SampleSink(intake);
        for (int scrape = 0; scrape < Scrapes; scrape++)
        {
            long atMs = StartMs + (scrape * (long)StepMs);
            clock.Set(atMs);
            await FillAsync(sink, workloads, scrape, atMs);
        }

        var engine = new QueryEngine(QueryDefaults.From(options), TimeProvider.System);
        using var queries = new MetricQueries(host, engine, PoolWorkers.Instance);
        foreach ((string name, string expression) in Signals)
            await MeasureAsync(queries, name, expression, workloads);
        Console.WriteLine($"load average {(await File.ReadAllTextAsync("/proc/loadavg")).Trim()}");
    }

    private static async Task FillAsync(SampleSink sink, int workloads, int scrape, long atMs)
    {
        var batch = new MetricBatch();
        for (int workload = 0; workload < workloads; workload++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"shop.w{workload}");
            string node = string.Create(CultureInfo.InvariantCulture, $"node-{workload % 40}");
            MetricLabel[] allocation =
            [
                new("allocation", name + "-a1"), new("node", node), new("project", "shop"), new("service", name[5..]),
                new("version", "1"), new("workload", name),
            ];
            Add("flyball_allocation_cpu_seconds_total", allocation, scrape * (workload % 97) * 0.15);
            Add("flyball_allocation_memory_bytes", allocation, (workload * 1024.0 * 1024) + scrape);
            MetricLabel[] route =
                [new("instance", node), new("route", name), new("status", "2xx"), new("upstream", name)];
            double requests = scrape * (1 + (workload % 11)) * 15.0;
            Add("flyball_gateway_requests_total", route, requests);
            batch.BeginSeries([new("__name__", "flyball_gateway_request_duration_seconds"), .. route]);
            batch.Add(atMs, new MetricHistogram
            {
                Count = requests, Sum = requests * 0.02, Scale = 3,
                Positive = new MetricBuckets(
                    -50, [.. Enumerable.Range(0, 12).Select(bucket => Math.Floor(requests / 12) + (bucket == 0
                        ? requests - (12 * Math.Floor(requests / 12)) : 0))]),
            });
        }

        SinkAnswer answer = await sink.WriteAsync(batch, CancellationToken.None);
        if (answer.Outcome != SinkOutcome.Stored || answer.Refused.Count > 0)
            throw new InvalidOperationException($"{answer.Outcome} {answer.FirstRefused}");

        void Add(string metric, MetricLabel[] labels, double value)
        {
            batch.BeginSeries([new("__name__", metric), .. labels]);
            batch.Add(atMs, value);
        }
    }

    private static async Task MeasureAsync(IMetricQuery queries, string name, string expression, int workloads)
    {
        long atMs = StartMs + ((Scrapes - 1) * (long)StepMs);
        for (int warm = 0; warm < 5; warm++)
        {
            MetricAnswer answer = await queries.InstantAsync(expression, atMs, CancellationToken.None);
            if (answer.Matrix.RowCount != workloads)
                throw new InvalidOperationException($"{name}: {answer.Matrix.RowCount} rows. {answer.Error}");
        }

        GC.Collect();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        // Processor time of the process, so that neighbours on the machine do not count.
        TimeSpan started = Environment.CpuUsage.TotalTime;
        for (int round = 0; round < Rounds; round++)
            await queries.InstantAsync(expression, atMs, CancellationToken.None);
        double ms = (Environment.CpuUsage.TotalTime - started).TotalMilliseconds / Rounds;
        double mib = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / Rounds / 1048576.0;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}, {workloads} workloads in one query: {ms:F1} ms CPU, {mib:F1} MiB allocated a pass"));
    }
}
