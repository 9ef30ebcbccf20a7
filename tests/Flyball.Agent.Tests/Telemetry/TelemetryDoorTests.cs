using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CsCheck;
using Flyball.Agent.Allocations;
using Flyball.Agent.Telemetry;
using Flyball.Base.Disk;
using Flyball.Base.Spooling;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Scheduling;
using Flyball.Contracts.Telemetry;
using Flyball.Contracts.Telemetry.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Agent.Tests.Telemetry;

/// <summary>The OTLP door over real HTTP/1.1 and HTTP/2.</summary>
public sealed class TelemetryDoorTests : IAsyncLifetime
{
    private readonly MeterListener listener = new();
    private readonly Dictionary<string, long> received = [];
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-doors-").FullName;
    private readonly Spool spool;
    private readonly TelemetryForwarder forwarder;
    private readonly TelemetryServer server;
    private string grpcAddress = "";
    private string httpAddress = "";

    public TelemetryDoorTests()
    {
        spool = new Spool(
            new SpoolOptions { Directory = directory, PendingBytesMax = 5 << 20 }, PhysicalDisk.Instance,
            PoolWorkers.Instance);
        forwarder = new TelemetryForwarder(
            spool, new InProcessTransport(), new TelemetryForwarderOptions { Source = "test" }, TimeProvider.System,
            new Random(1), NullLogger<TelemetryForwarder>.Instance);
        var stamps = new TelemetryStamps("node-1", id => id == "shop.web-1" ? Record() : null);
        server = new TelemetryServer(
            new AgentOptions
            {
                DataDirectory = "", OtlpGrpc = new(IPAddress.Loopback, 0), OtlpHttp = new(IPAddress.Loopback, 0),
            },
            new OtlpIntake(forwarder, stamps), NullLoggerFactory.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await forwarder.OpenAsync(Cancellation);
        await server.StartAsync(Cancellation);
        (grpcAddress, httpAddress) = (server.Addresses.First(), server.Addresses.Last());
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "flyball.agent.telemetry.received") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            string signal = (string)tags[0].Value!;
            lock (received) received[signal] = received.GetValueOrDefault(signal) + value;
        });
        listener.Start();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await server.StopAsync(CancellationToken.None);
        await server.DisposeAsync();
        forwarder.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static AllocationRecord Record() => new()
    {
        Allocation = new Allocation
        {
            Id = "shop.web-1", Workload = "shop.web", Version = 3, Index = 0, Node = "n", CreatedUnixMs = 0,
        },
        Spec = new TaskSpec { Driver = "process" }, Project = "shop", Service = "web", State = AllocationState.New,
    };

    /// <summary>What is kept for the server.</summary>
    private async Task<TelemetryBatch[]> KeptAsync()
    {
        var kept = new List<TelemetryBatch>();
        while (await spool.ReadAsync(Cancellation) is { } record)
            kept.Add(TelemetryBatch.Parser.ParseFrom(record.Payload));
        return [.. kept];
    }

    private static string Labels(TelemetryBatch batch) =>
        string.Join(',', batch.Resource.Select(label => $"{label.Name}={label.Value}"));

    /// <summary>A length-delimited field.</summary>
    private static byte[] Field(int number, params byte[][] contents)
    {
        byte[] content = [.. contents.SelectMany(c => c)];
        var all = new List<byte> { (byte)((number << 3) | 2) };
        for (uint length = (uint)content.Length; ; length >>= 7)
        {
            all.Add((byte)(length < 0x80 ? length : (length & 0x7F) | 0x80));
            if (length < 0x80) break;
        }

        return [.. all, .. content];
    }

    /// <summary>One resource, one scope, two metrics: a gauge of two points and a histogram of one.</summary>
    private static byte[] Metrics() => Field(1, Field(2,
        Field(2, Field(1, "cpu"u8.ToArray()), Field(5, Field(1, [8, 1]), Field(1, [8, 2]))),
        Field(2, Field(1, "latency"u8.ToArray()), Field(9, Field(1, [8, 3]), [16, 2]))));

    private static byte[] Spans(int count) =>
        Field(1, Field(2, [.. Enumerable.Range(0, count).Select(_ => Field(2, Field(5, "name"u8.ToArray())))]));

    private async Task<HttpResponseMessage> PostAsync(
        string path, byte[] body, string type, string? encoding = null, string? allocation = null)
    {
        using var http = new HttpClient();
        if (allocation is not null) http.DefaultRequestHeaders.Add("x-flyball-allocation", allocation);
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return await http.PostAsync(httpAddress + path, content, Cancellation);
    }

    [Fact]
    public async Task Http_ProtobufAndJson_AreCounted()
    {
        Assert.Equal(
            HttpStatusCode.OK, (await PostAsync("/v1/metrics", Metrics(), "application/x-protobuf")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/v1/traces", Spans(3), "application/x-protobuf")).StatusCode);
        byte[] logs = Encoding.UTF8.GetBytes(
            """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{}]},{"logRecords":[{}]}]}]}""");
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/v1/logs", logs, "application/json")).StatusCode);

        Assert.Equal((3, 3, 3), (received["metrics"], received["spans"], received["logs"]));
    }

    [Fact]
    public async Task Http_Gzip_IsUnpackedAndItsBombIsRefused()
    {
        Assert.Equal(HttpStatusCode.OK,
            (await PostAsync("/v1/traces", Gzip(Spans(2)), "application/x-protobuf", "gzip")).StatusCode);
        Assert.Equal(2, received["spans"]);
        byte[] bomb = Gzip(new byte[64 << 20]);
        Assert.True(bomb.Length < 1 << 20);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge,
            (await PostAsync("/v1/traces", bomb, "application/x-protobuf", "gzip")).StatusCode);
    }

    [Fact]
    public async Task Http_TooLargeOrMalformed_IsRefusedAndTheDoorStaysOpen()
    {
        Assert.Equal(HttpStatusCode.BadRequest,
            (await PostAsync("/v1/metrics", [0xFF, 0xFF], "application/x-protobuf")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await PostAsync("/v1/metrics", "[1"u8.ToArray(), "application/json")).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge,
            (await PostAsync("/v1/metrics", new byte[(4 << 20) + 1], "application/x-protobuf")).StatusCode);
        Assert.Equal(
            HttpStatusCode.OK, (await PostAsync("/v1/metrics", Metrics(), "application/x-protobuf")).StatusCode);
    }

    [Fact]
    public async Task Grpc_Export_IsCountedAndAnsweredWithStatusZero()
    {
        using var http = new HttpClient
            { DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        byte[] message = Metrics();
        using var content = new ByteArrayContent([0, 0, 0, 0, (byte)message.Length, .. message]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        using HttpResponseMessage answer = await http.PostAsync(
            grpcAddress + "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", content, Cancellation);

        Assert.Equal(new byte[5], await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal(3, received["metrics"]);
    }

    [Fact]
    public async Task Metrics_AreKeptWithTheSendersIdentity_LogsAndSpansAreNot()
    {
        await PostAsync("/v1/metrics", Metrics(), "application/x-protobuf", allocation: "shop.web-1");
        await PostAsync("/v1/metrics", Metrics(), "application/x-protobuf", allocation: "shop.other-1");
        await PostAsync("/v1/metrics", """{"resourceMetrics":[]}"""u8.ToArray(), "application/json");
        await PostAsync("/v1/traces", Spans(3), "application/x-protobuf", allocation: "shop.web-1");

        TelemetryBatch[] kept = await KeptAsync();

        Assert.Equal(
            ["project=shop,workload=shop.web,service=web,version=3,allocation=shop.web-1,node=node-1", "node=node-1"],
            kept.Select(Labels));
        Assert.All(kept, batch => Assert.Equal(
            (TelemetryKind.OtlpMetrics, false, Convert.ToHexString(Metrics())),
            (batch.Kind, batch.IsJson, Convert.ToHexString(batch.Payload.Span))));
    }

    [Fact]
    public async Task Http_WhenTheDiskRefuses_AsksToRepeatLater()
    {
        Directory.Delete(directory, recursive: true);

        using HttpResponseMessage metrics = await PostAsync("/v1/metrics", Metrics(), "application/x-protobuf");
        using HttpResponseMessage spans = await PostAsync("/v1/traces", Spans(1), "application/x-protobuf");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (metrics.StatusCode, spans.StatusCode));
        Assert.NotNull(metrics.Headers.RetryAfter);
        Directory.CreateDirectory(directory);
        using HttpResponseMessage again = await PostAsync("/v1/metrics", Metrics(), "application/x-protobuf");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public void Count_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 200].Sample(bytes =>
    {
        OtlpCount.Protobuf(OtlpSignal.Metrics, bytes);
        OtlpCount.Json(OtlpSignal.Metrics, bytes);
    });

    [Fact]
    public void Count_TruncatedAnywhere_IsMalformedOrFewer()
    {
        byte[] whole = Metrics();
        for (int length = 1; length < whole.Length; length++)
            Assert.Null(OtlpCount.Protobuf(OtlpSignal.Metrics, whole.AsSpan(0, length)));
        Assert.Equal(3, OtlpCount.Protobuf(OtlpSignal.Metrics, whole));
    }

    private static byte[] Gzip(byte[] plain)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(plain);
        return packed.ToArray();
    }
}
