using System.Globalization;
using System.Net;
using System.Text;
using CsCheck;
using Flyball.Metrics.Api.Tests;
using Flyball.Metrics.Exposition;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Model;
using Flyball.Metrics.Pushgateway;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flyball.Metrics.Ingestion.Tests.Pushgateway;

public sealed class PushTests
{
    [Theory]
    [InlineData("job/a", "{job=\"a\"}"), InlineData("job/a/instance/b", "{instance=\"b\", job=\"a\"}")]
    [InlineData("job@base64/YS9i", "{job=\"a/b\"}"), InlineData("job/a/x@base64/=", "{job=\"a\"}")]
    [InlineData("job/a/path/c%2Fd", "{job=\"a\", path=\"c/d\"}"), InlineData("job/a/x/", "{job=\"a\"}")]
    [InlineData("job/a/b", null), InlineData("instance/b", null), InlineData("job@base64/*", null)]
    [InlineData("job/a/__x/1", null), InlineData("job/a/x/1/x/2", null), InlineData("job/", null), InlineData("", null)]
    public void TryRead_Path_GivesTheGroup(string path, string? expected) =>
        Assert.Equal(expected, PushPath.TryRead(path, out _)?.ToString());

    [Fact]
    public async Task Push_PutPostDelete_DoWhatAPushgatewayDoes()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await SendAsync(server, HttpMethod.Put, "job/j/instance/i", "# TYPE a counter\na{job=\"mine\"} 1\nb 2\n", 200);
        await SendAsync(server, HttpMethod.Post, "job/j/instance/i", "b{x=\"y\"} 3\n", 200);
        Assert.Equal("a=1 b=3", await SampledAsync(server));
        await SendAsync(server, HttpMethod.Put, "job/j/instance/i", "c 4\n", 200);
        Assert.Equal("c=4", await SampledAsync(server));
        await SendAsync(server, HttpMethod.Delete, "job/j/instance/i", "", 202);
        Assert.Equal("", await SampledAsync(server));
        await SendAsync(server, HttpMethod.Delete, "job/never", "", 202);
    }

    [Fact]
    public async Task Push_TwiceTheSameOrOtherType_IsRefusedAndNoted()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        await SendAsync(server, HttpMethod.Put, "job/one", "# TYPE a counter\na 1\n", 200);
        await SendAsync(server, HttpMethod.Put, "job/two", "# TYPE a gauge\na 1\n", 400);
        await SendAsync(server, HttpMethod.Put, "job/one", "a 1\na 2\n", 400);
        await SendAsync(server, HttpMethod.Put, "job/one", "a 1 1000\n", 400);
        await SendAsync(server, HttpMethod.Put, "job/one", "a x\n", 400);
        await server.Services.GetRequiredService<PushService>().SampleAsync();
        string answer = await QueryAsync(server, "push_failure_time_seconds > 0");
        Assert.Contains("\"job\":\"two\"", answer);
        Assert.DoesNotContain("\"job\":\"one\"", answer);
    }

    [Fact]
    public async Task Push_Restart_KeepsTheGroups()
    {
        ApiServer first = await ApiServer.StartAsync();
        await SendAsync(first, HttpMethod.Put, "job/j", "a 1\n", 200);
        await first.StopAsync();
        await using ApiServer second = await ApiServer.StartAsync(directory: first.Directory, clock: first.Clock);
        Assert.Equal("a=1", await SampledAsync(second));
    }

    [Fact]
    public void Push_Bounds_AreKept()
    {
        var disk = new Storage.Tests.Faults.FaultyDisk(1);
        var options = new MetricsOptions { DataDirectory = "/m", PushGroupsMax = 1, PushBytesMax = 500 };
        var store = new PushStore(options, disk, TimeProvider.System, NullLogger<PushStore>.Instance);
        Assert.Equal(PushOutcome.Stored, store.Push(Labels.Of(("job", "a")), Families(1), true));
        Assert.Equal(PushOutcome.TooManyGroups, store.Push(Labels.Of(("job", "b")), Families(1), true));
        Assert.Equal(PushOutcome.TooLarge, store.Push(Labels.Of(("job", "a")), Families(50), true));
        disk.CapacityBytes = 0;
        Assert.Equal(PushOutcome.Unavailable, store.Push(Labels.Of(("job", "a")), Families(2), true));
        Assert.Single(store.Groups.Single().Families.Values.Single().Samples);
    }

    [Fact]
    public void File_EachCutAndFlippedByte_IsSeenAsDamage()
    {
        byte[] whole = PushFile.Encode(new PushGroup
        {
            Key = Labels.Of(("job", "j")), PushedMs = 5, FailedMs = 7, Families = Families(2),
        });
        PushGroup read = PushFile.TryDecode(whole)!;
        Assert.Equal((5, 7, "{job=\"j\"}"), (read.PushedMs, read.FailedMs, read.Key.ToString()));
        Assert.Equal(2, read.Families["a"].Samples.Count);
        for (int length = 0; length < whole.Length; length++) Assert.Null(PushFile.TryDecode(whole.AsSpan(0, length)));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte[1, 255]).Sample((at, flip) =>
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= flip;
            Assert.Null(PushFile.TryDecode(bytes));
        });
    }

    [Fact]
    public void File_FrozenFormat_IsStillReadAndWritten()
    {
        byte[] frozen = Convert.FromHexString(
            "0106036A6F62016A0A0E010161010168000111085F5F6E616D655F5F0161036A6F62016A00000000000000F83F");
        byte[] written = PushFile.Encode(new PushGroup
        {
            Key = Labels.Of(("job", "j")), PushedMs = 5, FailedMs = 7,
            Families = new SortedDictionary<string, PushFamily>
            {
                ["a"] = new PushFamily("a", MetricType.Counter, "h", "",
                    [new PushSample(PlainLabels.ToBytes(Labels.Of(("__name__", "a"), ("job", "j"))), 1.5, null)]),
            },
        });
        Assert.Equal(Convert.ToHexString(frozen), Convert.ToHexString(written.AsSpan(0, written.Length - 4)));
        byte[] file = [.. frozen, .. BitConverter.GetBytes(Base.Codecs.Crc32C.Of(frozen))];
        Assert.Equal(1.5, PushFile.TryDecode(file)!.Families["a"].Samples.Single().Value);
    }

    private static SortedDictionary<string, PushFamily> Families(int samples) => new()
    {
        ["a"] = new PushFamily("a", MetricType.Counter, "h", "", [.. Enumerable.Range(0, samples).Select(index =>
            new PushSample(
                PlainLabels.ToBytes(Labels.Of(("__name__", "a"), ("x", index.ToString(CultureInfo.InvariantCulture)))),
                index, null))]),
    };

    private static async Task SendAsync(ApiServer server, HttpMethod method, string path, string body, int expected)
    {
        using var request = new HttpRequestMessage(method, new Uri($"/metrics/{path}", UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "text/plain"),
        };
        using HttpResponseMessage answer = await server.Http.SendAsync(request);
        Assert.Equal((HttpStatusCode)expected, answer.StatusCode);
    }

    /// <summary>What a query sees after the next round: names and values of the pushed metrics.</summary>
    private static async Task<string> SampledAsync(ApiServer server)
    {
        // After a restart the store is read in the background; samples before that would go nowhere.
        StoreHost host = server.Services.GetRequiredService<StoreHost>();
        while (host.State == StoreState.Opening) await Task.Yield();
        await server.Services.GetRequiredService<PushService>().SampleAsync();
        string answer = await QueryAsync(server, "{job=\"j\",__name__!~\"push_.*\"}");
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        using var json = System.Text.Json.JsonDocument.Parse(answer);
        return string.Join(' ', json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .Select(series => series.GetProperty("metric").GetProperty("__name__").GetString() + "="
                + series.GetProperty("value")[1].GetString()).Order());
    }

    private static Task<string> QueryAsync(ApiServer server, string query) => server.Http.GetStringAsync(
        new Uri($"/api/v1/query?query={Uri.EscapeDataString(query)}", UriKind.Relative));
}
