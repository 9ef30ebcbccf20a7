using System.Net;
using System.Net.Http.Headers;
using Flyball.Metrics.Api.Tests;
using Flyball.Metrics.RemoteWrite;
using Snappier;

namespace Flyball.Metrics.Ingestion.Tests.RemoteWrite;

public sealed class RemoteWriteApiTests
{
    private const string Second = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    private const long Now = 7_200_000;

    [Fact]
    public async Task Write_Second_Answers204AndTellsWhatWasWritten()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        using HttpResponseMessage answer = await PostAsync(server, Whole(), Second);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("2 1 1", Written(answer));
        string found = await server.Http.GetStringAsync(new Uri("/api/v1/query?query=a&time=7200", UriKind.Relative));
        Assert.Contains("\"5\"", found);
    }

    [Fact]
    public async Task Write_SecondInPart_Answers400AndKeepsTheRest()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        byte[] request = new Proto().Text(4, "").Text(4, "__name__").Text(4, "a")
            .Message(5, series => series.Packed(1, 1, 9).Message(2, s => s.Double(1, 1).VarInt(2, Now)))
            .Message(5, series => series.Packed(1, 1, 2).Message(2, s => s.Double(1, 2).VarInt(2, Now))
                .Message(2, s => s.Double(1, 3).VarInt(2, Now)))
            .ToBytes();
        using HttpResponseMessage answer = await PostAsync(server, request, Second);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("1 0 0", Written(answer));
        string reason = await answer.Content.ReadAsStringAsync();
        Assert.Contains("refers to a symbol that is not there", reason);
        Assert.Matches(
            @"DuplicateTimestamp \(at [-\d]+T[\d:.]+Z its series has another value\): \{__name__=""a""", reason);
    }

    [Fact]
    public async Task Write_First_TellsNoCounts()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        byte[] request = new Proto().Message(1, series => series
            .Message(1, label => label.Text(1, "__name__").Text(2, "a"))
            .Message(2, s => s.Double(1, 1).VarInt(2, Now))).ToBytes();
        using HttpResponseMessage answer = await PostAsync(server, request, "application/x-protobuf");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.False(answer.Headers.Contains(RemoteWriteHeaders.SamplesWritten));
    }

    [Fact]
    public async Task Write_WrongMessageEncodingOrBody_IsRefusedWithItsStatus()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            options => options with { WriteBytesMax = 1000, WriteUnpackedBytesMax = 2000 });
        async Task Check(HttpStatusCode expected, byte[] body, string type, string encoding = "snappy")
        {
            using HttpResponseMessage answer = await PostRawAsync(server, body, type, encoding);
            Assert.Equal(expected, answer.StatusCode);
        }

        byte[] good = Snappy.CompressToArray(Whole());
        await Check(HttpStatusCode.UnsupportedMediaType, good, "application/x-protobuf;proto=io.other.Request");
        await Check(HttpStatusCode.UnsupportedMediaType, good, "application/json");
        await Check(HttpStatusCode.UnsupportedMediaType, good, Second, "gzip");
        await Check(HttpStatusCode.BadRequest, [255, 255, 255, 255, 255, 255], Second);
        await Check(HttpStatusCode.BadRequest, Snappy.CompressToArray([0x22, 0x7F]), Second);
        await Check(HttpStatusCode.RequestEntityTooLarge, Snappy.CompressToArray(new byte[2001]), Second);
        await Check(HttpStatusCode.RequestEntityTooLarge, new byte[1001], Second);
    }

    private static byte[] Whole() => new Proto()
        .Text(4, "").Text(4, "__name__").Text(4, "a").Text(4, "h")
        .Message(5, series => series.Packed(1, 1, 2)
            .Message(2, s => s.Double(1, 4).VarInt(2, Now - 1)).Message(2, s => s.Double(1, 5).VarInt(2, Now))
            .Message(4, exemplar => exemplar.Packed(1, 2, 3).Double(2, 1).VarInt(3, Now)))
        .Message(5, series => series.Packed(1, 1, 3)
            .Message(3, histogram => histogram.VarInt(1, 1).Double(3, 1).Message(11, span => span.VarInt(2, 1))
                .Packed(12, 2).VarInt(15, Now)))
        .ToBytes();

    private static string Written(HttpResponseMessage answer) => string.Join(
        ' ',
        new[]
        {
            RemoteWriteHeaders.SamplesWritten, RemoteWriteHeaders.HistogramsWritten,
            RemoteWriteHeaders.ExemplarsWritten,
        }.Select(name => answer.Headers.GetValues(name).Single()));

    private static Task<HttpResponseMessage> PostAsync(ApiServer server, byte[] message, string type) =>
        PostRawAsync(server, Snappy.CompressToArray(message), type, "snappy");

    private static async Task<HttpResponseMessage> PostRawAsync(
        ApiServer server, byte[] body, string type, string encoding)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        content.Headers.ContentEncoding.Add(encoding);
        return await server.Http.PostAsync(new Uri("/api/v1/write", UriKind.Relative), content);
    }
}
