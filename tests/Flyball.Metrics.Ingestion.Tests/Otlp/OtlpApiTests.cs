using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Flyball.Metrics.Api.Tests;

namespace Flyball.Metrics.Ingestion.Tests.Otlp;

public sealed class OtlpApiTests
{
    [Fact]
    public async Task Write_Protobuf_IsStoredAndAnsweredEmpty()
    {
        await using ApiServer server = await ApiServer.StartAsync(clock: At5Seconds());
        using HttpResponseMessage answer = await PostAsync(server, OtlpDecoderTests.Whole(), "application/x-protobuf");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        string found = await server.Http.GetStringAsync(
            new Uri("/api/v1/query?query=requests_total&time=5", UriKind.Relative));
        Assert.Contains("\"7\"", found);
    }

    [Fact]
    public async Task Write_JsonInGzipWithALatePoint_TellsPartialSuccess()
    {
        await using ApiServer server = await ApiServer.StartAsync(clock: At5Seconds());
        const string Json =
            """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"g","gauge":{"dataPoints":[
            {"timeUnixNano":"5000000000","asInt":"1"},{"timeUnixNano":"5000000000","asInt":"2"},{"asInt":"3"}]}}]}]}]}
            """;
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Json));
        using HttpResponseMessage answer = await PostAsync(server, packed.ToArray(), "application/json", "gzip");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.StartsWith("{\"partialSuccess\":{\"rejectedDataPoints\":\"2\"", text);
        Assert.Contains("DuplicateTimestamp", text);
    }

    [Fact]
    public async Task Write_MalformedOrUnknown_IsRefused()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        using HttpResponseMessage json = await PostAsync(server, "{"u8.ToArray(), "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
        Assert.StartsWith("{\"code\":3", await json.Content.ReadAsStringAsync());
        using HttpResponseMessage protobuf = await PostAsync(server, [0x0A, 0x7F], "application/x-protobuf");
        Assert.Equal(HttpStatusCode.BadRequest, protobuf.StatusCode);
        using HttpResponseMessage text = await PostAsync(server, [], "text/plain");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, text.StatusCode);
    }

    private static Microsoft.Extensions.Time.Testing.FakeTimeProvider At5Seconds() =>
        new(DateTimeOffset.UnixEpoch.AddSeconds(5));

    private static async Task<HttpResponseMessage> PostAsync(
        ApiServer server, byte[] body, string type, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return await server.Http.PostAsync(new Uri("/api/v1/otlp/v1/metrics", UriKind.Relative), content);
    }
}
