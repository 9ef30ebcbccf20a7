using System.Collections.Frozen;
using System.Globalization;
using Flyball.Contracts.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Metrics.Api.Tests.Hosting;

/// <summary>The platform's own reading: ten thousand workloads in one query, as the autoscaler asks.</summary>
public sealed class ManyWorkloadsTests
{
    private const int Workloads = 10_000;
    private const int StepMs = 15_000;
    private const long StartMs = 1_699_992_000_000;
    private const int Scrapes = 12;

    [Fact]
    public async Task Instant_TenThousandWorkloads_EachHasItsValues()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(StartMs));
        await using ApiServer server = await ApiServer.StartAsync(clock: clock);
        ISampleSink sink = server.Services.GetRequiredService<ISampleSink>();
        for (int scrape = 0; scrape < Scrapes; scrape++)
        {
            clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(TimeOf(scrape)));
            SinkAnswer answer = await sink.WriteAsync(Batch(scrape), default);
            Assert.Equal((SinkOutcome.Stored, 3 * Workloads), (answer.Outcome, answer.Accepted));
        }

        // Half of a workload's work is that of its second allocation.
        await VerifyAsync(
            server, "sum by (workload) (rate(flyball_allocation_cpu_seconds_total[60000ms]))", "workload",
            workload => workload * 0.5 * 2);
        await VerifyAsync(
            server, "max by (allocation) (last_over_time(flyball_allocation_memory_bytes[60000ms]))", "allocation",
            workload => (workload * 1024.0) + Scrapes - 1);

        MetricAnswer range = await server.Services.GetRequiredService<IMetricQuery>().RangeAsync(
            "sum by (workload) (rate(flyball_allocation_cpu_seconds_total[60000ms]))", TimeOf(5), TimeOf(Scrapes - 1),
            TimeSpan.FromMilliseconds(StepMs), default);
        Assert.Equal((Workloads, Scrapes - 5), (range.Matrix.RowCount, range.Matrix.StepCount));
    }

    /// <summary>Who asks for what is new gets nothing of a series that ended, at one time and over a range.</summary>
    [Fact]
    public async Task LookBack_Given_IsHowOldASampleMayBe()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(StartMs));
        await using ApiServer server = await ApiServer.StartAsync(clock: clock);
        var batch = new MetricBatch();
        batch.BeginSeries(new MetricLabel("__name__", "jobs_waiting"));
        batch.Add(StartMs, 7);
        await server.Services.GetRequiredService<ISampleSink>().WriteAsync(batch, default);
        IMetricQuery metrics = server.Services.GetRequiredService<IMetricQuery>();
        long later = StartMs + 70_000;
        TimeSpan minute = TimeSpan.FromMinutes(1), step = TimeSpan.FromSeconds(10);
        Assert.Equal(1, (await metrics.InstantAsync("jobs_waiting", later, default)).Matrix.RowCount);
        Assert.Equal(0, (await metrics.InstantAsync("jobs_waiting", later, minute, default)).Matrix.RowCount);
        MetricAnswer range = await metrics.RangeAsync("jobs_waiting", StartMs, later, step, minute, default);
        Assert.Equal(6, range.Matrix.Row(0).ToArray().Count(value => !MetricMatrix.IsAbsent(value)));
    }

    private static async Task VerifyAsync(
        ApiServer server, string expression, string label, Func<int, double> expected)
    {
        MetricAnswer answer = await server.Services.GetRequiredService<IMetricQuery>().InstantAsync(
            expression, TimeOf(Scrapes - 1), default);
        Assert.True(answer.IsSuccess, answer.Error);
        FrozenDictionary<string, int> rows = answer.Matrix.RowsBy(label);
        Assert.Equal(Workloads, rows.Count);
        for (int workload = 0; workload < Workloads; workload++)
        {
            Assert.True(rows.TryGetValue(Name(workload), out int row), Name(workload));
            Assert.Equal(expected(workload), answer.Matrix.Row(row)[0], 1e-6);
        }
    }

    private static MetricBatch Batch(int scrape)
    {
        var batch = new MetricBatch();
        double seconds = scrape * StepMs / 1000.0;
        for (int workload = 0; workload < Workloads; workload++)
        {
            string name = Name(workload);
            foreach (string allocation in (string[])[name, name + "-2"])
            {
                batch.BeginSeries(
                    new("__name__", "flyball_allocation_cpu_seconds_total"), new("allocation", allocation),
                    new("workload", name));
                batch.Add(TimeOf(scrape), workload * 0.5 * seconds);
            }

            batch.BeginSeries(
                new("__name__", "flyball_allocation_memory_bytes"), new("allocation", name), new("workload", name));
            batch.Add(TimeOf(scrape), (workload * 1024.0) + scrape);
        }

        return batch;
    }

    private static string Name(int workload) => string.Create(CultureInfo.InvariantCulture, $"shop.w{workload}");

    private static long TimeOf(int scrape) => StartMs + (scrape * (long)StepMs);
}
