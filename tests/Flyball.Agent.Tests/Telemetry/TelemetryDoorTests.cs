using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CsCheck;
using Flyball.Agent.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Agent.Tests.Telemetry;

/// <summary>The OTLP door over real HTTP/1.1 and HTTP/2.</summary>
public sealed class TelemetryDoorTests : IAsyncLifetime
{
    private readonly MeterListener listener = new();
    private readonly Dictionary<string, long> received = [];
    private readonly TelemetryServer server = new(
        new AgentOptions { DataDirectory = "", OtlpGrpc = new(IPAddress.Loopback, 0),
            OtlpHttp = new(IPAddress.Loopback, 0) },
        NullLoggerFactory.Instance);
    private string grpcAddress = "";
    private string httpAddress = "";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
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
    }

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

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string type, string? encoding = null)
    {
        using var http = new HttpClient();
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
