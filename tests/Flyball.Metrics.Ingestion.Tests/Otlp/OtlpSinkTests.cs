using System.Text;
using Flyball.Contracts.Metrics;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Intake;
using Flyball.Metrics.Otlp;

namespace Flyball.Metrics.Ingestion.Tests.Otlp;

/// <summary>What agents pass on, in the store; also when it comes twice.</summary>
public sealed class OtlpSinkTests : IAsyncLifetime
{
    private static readonly MetricLabel[] Stamps = [new("workload", "shop.web"), new("service", "web")];

    private StoreWorld world = null!;
    private OtlpSink sink = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        world = await StoreWorld.OpenAsync();
        var bodies = new RequestBodies(world.Options);
        sink = new OtlpSink(new OtlpApi(world.Options, world.Intake, bodies), bodies);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task Write_StampsWinOverWhatTheServiceSays()
    {
        SinkAnswer protobuf = await sink.WriteAsync(
            new OtlpMetrics(Gauge(1_000, 5), IsJson: false, Stamps), Cancellation);
        SinkAnswer json = await sink.WriteAsync(
            new OtlpMetrics(
                Encoding.UTF8.GetBytes($$$"""
                    {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"j","gauge":{"dataPoints":[
                    {"timeUnixNano":"{{{StoreWorld.StartMs}}}000000","asDouble":2,
                    "attributes":[{"key":"service","value":{"stringValue":"forged"}}]}]}}]}]}]}
                    """),
                IsJson: true, Stamps),
            Cancellation);

        Assert.Equal((1, 1), (protobuf.Accepted, json.Accepted));
        Assert.Equal(
            """
            {__name__="g", service="web", workload="shop.web"} 1000:5
            {__name__="j", service="web", workload="shop.web"} 0:2
            """,
            world.Dump());
    }

    [Fact]
    public async Task Write_WhatCameAlready_IsStoredOnce()
    {
        ReadOnlyMemory<byte>[] requests =
            [Gauge(1_000, 1), Delta(1_000, 10), Gauge(2_000, 2), Delta(2_000, 10), Gauge(3_000, 3), Delta(3_000, 10)];
        foreach (ReadOnlyMemory<byte> request in requests)
            await sink.WriteAsync(new OtlpMetrics(request, IsJson: false, Stamps), Cancellation);

        // All of them again, as after a stream that broke before the answers came.
        foreach (ReadOnlyMemory<byte> request in requests)
            Assert.Equal(
                SinkOutcome.Stored,
                (await sink.WriteAsync(new OtlpMetrics(request, IsJson: false, Stamps), Cancellation)).Outcome);

        Assert.Equal(
            """
            {__name__="d_total", service="web", workload="shop.web"} 1000:10 2000:20 3000:30
            {__name__="g", service="web", workload="shop.web"} 1000:1 2000:2 3000:3
            """,
            world.Dump());
    }

    [Fact]
    public async Task Write_NoOtlp_IsRefusedForGoodAndSaysWhy()
    {
        SinkAnswer protobuf = await sink.WriteAsync(
            new OtlpMetrics(new byte[] { 0x0A, 0x7F }, IsJson: false, Stamps), Cancellation);
        SinkAnswer json = await sink.WriteAsync(
            new OtlpMetrics("{"u8.ToArray(), IsJson: true, Stamps), Cancellation);

        Assert.All([protobuf, json], answer =>
        {
            Assert.Equal((SinkOutcome.Stored, 0), (answer.Outcome, answer.Accepted));
            Assert.Equal("Malformed", Assert.Single(answer.Refused).Reason);
            Assert.NotEmpty(answer.FirstRefused);
        });
    }

    [Fact]
    public async Task Samples_ThatCameAlready_AreStoredOnce()
    {
        var samples = new SampleSink(world.Intake);
        MetricBatch[] batches = [Batch(1_000), Batch(2_000), Batch(3_000)];
        foreach (MetricBatch batch in batches) await samples.WriteAsync(batch, Cancellation);
        foreach (MetricBatch batch in batches)
            Assert.True((await samples.WriteAsync(batch, Cancellation)).IsComplete);

        Assert.Equal(
            """
            {__name__="c"} 1000:1 2000:2 3000:3
            {__name__="h"} 1000:h1000 2000:h2000 3000:h3000
            """,
            world.Dump());
    }

    private static MetricBatch Batch(int afterMs)
    {
        var batch = new MetricBatch();
        batch.BeginSeries(new MetricLabel("__name__", "c"));
        batch.Add(StoreWorld.StartMs + afterMs, afterMs / 1_000);
        batch.BeginSeries(new MetricLabel("__name__", "h"));
        batch.Add(
            StoreWorld.StartMs + afterMs,
            new MetricHistogram { Count = 2, Sum = afterMs, Scale = 3, Positive = new MetricBuckets(1, [1, 1]) });
        return batch;
    }

    private static byte[] Gauge(int afterMs, double value) => Request(
        metric => metric.Text(1, "g").Message(5, gauge => gauge.Message(1, point => Point(point, afterMs, value))));

    private static byte[] Delta(int afterMs, double value) => Request(
        metric => metric.Text(1, "d").Message(
            7,
            sum => sum.Message(1, point => Point(point, afterMs, value)).VarInt(2, 1).VarInt(3, 1)));

    private static void Point(Proto point, int afterMs, double value) =>
        point.Fixed64(3, (ulong)(StoreWorld.StartMs + afterMs) * 1_000_000).Double(4, value);

    private static byte[] Request(Action<Proto> metric) => new Proto()
        .Message(1, resource => resource.Message(2, scope => scope.Message(2, metric)))
        .ToBytes();
}
