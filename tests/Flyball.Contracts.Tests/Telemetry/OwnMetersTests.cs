using System.Diagnostics.Metrics;
using CsCheck;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry.Meters;
using Flyball.Contracts.Telemetry.Reporting;

namespace Flyball.Contracts.Tests.Telemetry;

/// <summary>Instruments of this process become series with Prometheus' names.</summary>
public sealed class OwnMetersTests : IDisposable
{
    private readonly OwnMeters own = new();
    private readonly Meter meter = new("Flyball.Test");

    public void Dispose()
    {
        own.Dispose();
        meter.Dispose();
    }

    [Fact]
    public async Task Counter_IsAddedUpByItsLabels()
    {
        Counter<long> counter = meter.CreateCounter<long>("flyball.test.requests", "{request}");
        Counter<double> seconds = meter.CreateCounter<double>("flyball.test.time", "s");
        Parallel.For(0, 1_000, i => counter.Add(2, Tag("route", i % 2 == 0 ? "a" : "b")));
        Parallel.For(0, 1_000, _ => seconds.Add(0.5));

        Dictionary<string, double> found = await CollectAsync();

        Assert.Equal(1_000, found["flyball_test_requests_total{route=a}"]);
        Assert.Equal(1_000, found["flyball_test_requests_total{route=b}"]);
        Assert.Equal(500, found["flyball_test_time_seconds_total{}"]);
    }

    [Fact]
    public async Task UpDownAndGauge_HaveTheirNewestValue()
    {
        UpDownCounter<long> active = meter.CreateUpDownCounter<long>("flyball.test.active");
        Gauge<double> level = meter.CreateGauge<double>("flyball.test.level", "By");
        active.Add(3);
        active.Add(-2);
        level.Record(7);
        level.Record(5);

        Dictionary<string, double> found = await CollectAsync();

        Assert.Equal((1, 5), (found["flyball_test_active{}"], found["flyball_test_level_bytes{}"]));
    }

    [Fact]
    public async Task Observed_IsLeftOutWhenItIsNotObservedAnyMore()
    {
        string[] present = ["a", "b"];
        meter.CreateObservableGauge(
            "flyball.test.present", () => present.Select(one => new Measurement<int>(1, Tag("which", one))));

        Dictionary<string, double> before = await CollectAsync();
        present = ["b"];
        Dictionary<string, double> after = await CollectAsync();

        Assert.Contains("flyball_test_present{which=a}", before.Keys);
        Assert.DoesNotContain("flyball_test_present{which=a}", after.Keys);
        Assert.Contains("flyball_test_present{which=b}", after.Keys);
    }

    [Fact]
    public async Task LabelSets_BeyondTheBound_AreLeftOutAndCounted()
    {
        Counter<long> counter = meter.CreateCounter<long>("flyball.test.wild");
        for (int i = 0; i < OwnMeters.LabelSetsMax + 10; i++) counter.Add(1, Tag("id", i));

        Dictionary<string, double> found = await CollectAsync();

        Assert.Equal(
            OwnMeters.LabelSetsMax,
            found.Keys.Count(key => key.StartsWith("flyball_test_wild", StringComparison.Ordinal)));
        Assert.True(found["flyball_telemetry_label_sets_refused_total{}"] >= 10);
    }

    [Fact]
    public async Task RuntimeMeter_IsThere() =>
        Assert.True((await CollectAsync())["dotnet_process_memory_working_set_bytes{}"] > 1_000_000);

    [Fact]
    public async Task Histogram_AnyValues_EachIsInItsBucketAndNoneIsLost()
    {
        int number = 0;
        await Gen.Double[1e-12, 1e12].Array[1, 200].SampleAsync(
            async values =>
            {
                Histogram<double> histogram = meter.CreateHistogram<double>($"flyball.test.h{number++}");
                foreach (double value in values) histogram.Record(value);
                histogram.Record(0);
                histogram.Record(double.NaN);
                MetricHistogram found = await HistogramAsync($"flyball_test_h{number - 1}");

                Assert.Equal(values.Length + 1, found.Count);
                Assert.Equal(1, found.ZeroCount);
                Assert.InRange(found.Positive.Counts.Count, 1, 160);
                Assert.Equal(Buckets(values, found), found.Positive.Counts);
            },
            threads: 1, iter: 200);
    }

    /// <summary>The model: each value's bucket by the definition of the scale.</summary>
    private static double[] Buckets(double[] values, MetricHistogram found)
    {
        var counts = new double[found.Positive.Counts.Count];
        foreach (double value in values)
        {
            // The first scale decides at a bound; every coarser bucket is made of whole finer ones.
            int index = (int)Math.Ceiling(Math.Log2(value) * 8);
            for (int scale = 3; scale > found.Scale; scale--) index = (int)Math.Ceiling(index / 2.0);
            counts[index - found.Positive.FirstIndex]++;
        }

        return counts;
    }

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);

    private async Task<MetricHistogram> HistogramAsync(string name)
    {
        var batch = new MetricBatch();
        await CollectAsync(batch);
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            if (batch.Labels(i)[0].Value == name) return batch.Histograms(i)[0].Value;
        }

        throw new InvalidOperationException($"There is no {name}.");
    }

    private async Task<Dictionary<string, double>> CollectAsync()
    {
        var batch = new MetricBatch();
        await CollectAsync(batch);
        var found = new Dictionary<string, double>(StringComparer.Ordinal);
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            if (batch.Samples(i).IsEmpty) continue;
            MetricLabel[] labels = batch.Labels(i).ToArray();
            string key = labels[0].Value
                + "{" + string.Join(',', labels.Skip(1).Select(label => $"{label.Name}={label.Value}")) + "}";
            found.Add(key, batch.Samples(i)[0].Value);
        }

        return found;
    }

    private async Task CollectAsync(MetricBatch batch)
    {
        var writer = new SampleWriter();
        writer.Begin(batch, 1, wantsDescriptions: false);
        await own.CollectAsync(writer, CancellationToken.None);
    }
}
