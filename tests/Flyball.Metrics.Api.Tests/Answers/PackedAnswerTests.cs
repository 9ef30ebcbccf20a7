using System.IO.Compression;
using System.Net;
using System.Text;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Api.Tests.Answers;

/// <summary>Answers to clients that take gzip.</summary>
public sealed class PackedAnswerTests
{
    [Theory]
    [InlineData("/api/v1/series?match[]=m", "gzip", true)]
    [InlineData("/api/v1/series?match[]=m", "deflate, gzip;q=0.5", true)]
    [InlineData("/api/v1/series?match[]=m", "gzip;q=0", false)]
    [InlineData("/api/v1/series?match[]=m", "br", false)]
    [InlineData("/api/v1/series?match[]=m", "", false)]
    [InlineData("/api/v1/labels", "gzip", false)]
    [InlineData("/federate?match[]=m", "gzip", true)]
    [InlineData("/api/v1/query?query=m{", "gzip", false)]
    public async Task Answer_ClientTakesGzip_IsPackedWhenItIsLarge(string path, string accepts, bool isPacked)
    {
        await using ApiServer server = await StartAsync(series: 500);
        byte[] plain = await (await GetAsync(server, path, "")).Content.ReadAsByteArrayAsync();
        using HttpResponseMessage response = await GetAsync(server, path, accepts);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(isPacked ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        Assert.Equal(["Accept-Encoding"], response.Headers.Vary);
        Assert.Equal(Encoding.UTF8.GetString(plain), Encoding.UTF8.GetString(isPacked ? Unpack(body) : body));
        if (isPacked) Assert.True(body.Length * 3 < plain.Length, $"{body.Length} of {plain.Length} bytes");
    }

    [Fact]
    public async Task Answer_MuchLargerThanAPiece_IsWhole()
    {
        await using ApiServer server = await StartAsync(series: 20_000);
        string path = "/api/v1/query?query=m&time=7100";
        byte[] plain = await (await GetAsync(server, path, "")).Content.ReadAsByteArrayAsync();
        using HttpResponseMessage response = await GetAsync(server, path, "gzip");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(plain, Unpack(await response.Content.ReadAsByteArrayAsync()));
    }

    private static async Task<ApiServer> StartAsync(int series)
    {
        ApiServer server = await ApiServer.StartAsync();
        await server.AppendAsync(batch =>
        {
            for (int index = 0; index < series; index++)
            {
                batch.BeginSeries(Labels.Of(("__name__", "m"), ("index", $"{index}")));
                batch.Add(7_100_000, index);
            }
        });
        return server;
    }

    private static Task<HttpResponseMessage> GetAsync(ApiServer server, string path, string accepts)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accepts.Length > 0) request.Headers.TryAddWithoutValidation("Accept-Encoding", accepts);
        return server.Http.SendAsync(request);
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
