using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Gateway.AccessLog;
using Flyball.Gateway.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Gateway.Tests.AccessLog;

public sealed class AccessLogTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("flyball-log-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static AccessLogEntry Entry(string target = "/x?y=1", string? agent = "curl/8") => new()
    {
        At = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero), Client = IPAddress.Loopback, Method = "GET",
        Target = target,
        Protocol = "HTTP/1.1", Host = "shop", Status = 200, BytesSent = 12, Took = TimeSpan.FromMilliseconds(1.5),
        Route = "web",
        Upstream = "shop.web", Endpoint = "10.0.0.1:80", Tries = 1, Refusal = null, Referer = null, UserAgent = agent,
        TraceParent = null,
    };

    private static string Combined(AccessLogEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>();
        AccessLogLines.WriteCombined(entry, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    [Fact]
    public void Combined_Entry_IsTheUsualLine() => Assert.Equal(
        "127.0.0.1 - - [03/Feb/2026:04:05:06 +0000] \"GET /x?y=1 HTTP/1.1\" 200 12 \"-\" \"curl/8\"",
        Combined(Entry()));

    [Fact]
    public void Combined_QuotesAndLineBreaksFromTheClient_CannotForgeALine()
    {
        string line = Combined(Entry(agent: "a\" 200\r\n127.0.0.1 \\"));
        Assert.EndsWith("\"a\\x22 200\\x0D\\x0A127.0.0.1 \\x5C\"", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void Combined_ControlCharactersBeyondAscii_AreEscaped() => Assert.EndsWith(
        "\"a\\x80\\x9B\\x9F\u00a0\"", Combined(Entry(agent: "a\u0080\u009b\u009f\u00a0")), StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Json_Requests_AreWrittenWithRouteEndpointAndReason(bool fast)
    {
        string path = Path.Combine(directory, "access.log");
        await using (KestrelBackend backend = await KestrelBackend.StartAsync(
            context => context.Response.WriteAsync("ok")))
        await using (GatewayUnderTest gateway = await GatewayUnderTest.StartAsync(
            fast,
            options => options with
            {
                AccessLog = new AccessLogOptions { Format = AccessLogOptions.LineFormat.Json, Path = path },
            }))
        {
            await gateway.RouteAsync();
            await gateway.EndpointAsync("a1", backend.Address);
            await gateway.Client.GetStringAsync("/one?q=%22", TestContext.Current.CancellationToken);
            await gateway.RemoveAsync("a1");
            using HttpResponseMessage refused =
                await gateway.Client.GetAsync("/two", TestContext.Current.CancellationToken);
        }

        JsonElement[] lines = [.. (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken))
            .Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["/one?q=%22", "/two"], lines.Select(line => line.GetProperty("target").GetString()));
        Assert.Equal([200, 503], lines.Select(line => line.GetProperty("status").GetInt32()));
        Assert.Equal("web", lines[0].GetProperty("route").GetString());
        Assert.Equal("no-endpoint", lines[1].GetProperty("refusal").GetString());
        Assert.Equal(0, lines[1].GetProperty("tries").GetInt32());
    }

    [Fact]
    public void Rotate_FullFile_KeepsTheNewestAndNoMoreThanAllowed()
    {
        string path = Path.Combine(directory, "access.log");
        using (var file = new RotatingLogFile(PhysicalDisk.Instance, path, bytesMax: 10, kept: 2))
        {
            for (int i = 0; i < 6; i++) file.Write(Encoding.ASCII.GetBytes($"line-{i}\n"));
        }

        Assert.Equal("line-5\n", File.ReadAllText(path));
        Assert.Equal("line-4\n", File.ReadAllText(path + ".1"));
        Assert.Equal("line-3\n", File.ReadAllText(path + ".2"));
        Assert.Equal(3, Directory.GetFiles(directory).Length);
    }

    [Fact]
    public void Rotate_NoneKept_StartsTheFileAnew()
    {
        string path = Path.Combine(directory, "access.log");
        using (var file = new RotatingLogFile(PhysicalDisk.Instance, path, bytesMax: 10, kept: 0))
        {
            for (int i = 0; i < 3; i++) file.Write(Encoding.ASCII.GetBytes($"line-{i}\n"));
        }

        Assert.Equal("line-2\n", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(directory));
    }

    [Fact]
    public async Task Add_QueueFull_DropsAndCountsAndNeverWaits()
    {
        using var metrics = new GatewayMetrics(TimeProvider.System, 1);
        long dropped = 0;
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Flyball.Gateway"
                && instrument.Name.EndsWith("access_log_dropped", StringComparison.Ordinal))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref dropped, value));
        listener.Start();
        var file = new Lines();
        var writer = new AccessLogWriter(
            AccessLogOptions.LineFormat.Combined, 3, () => file, PoolWorkers.Instance, metrics,
            NullLogger<AccessLogWriter>.Instance);
        for (int i = 0; i < 10; i++) writer.Add(Entry("/" + i));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.RunAsync(stop.Token));

        Assert.Equal(3, file.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(7, Interlocked.Read(ref dropped));
    }

    private sealed class Lines : ILogFile
    {
        public string Text { get; private set; } = "";

        public void Write(ReadOnlySpan<byte> lines) => Text += Encoding.UTF8.GetString(lines);

        public void Dispose()
        {
        }
    }
}
