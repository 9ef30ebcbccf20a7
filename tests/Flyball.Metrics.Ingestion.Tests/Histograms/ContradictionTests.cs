using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Flyball.Metrics.Api.Tests;
using Flyball.Metrics.Ingestion.Tests.Scraping;
using Flyball.Metrics.RemoteWrite;
using Snappier;

namespace Flyball.Metrics.Ingestion.Tests.Histograms;

/// <summary>
/// Native histograms whose count contradicts their buckets, through each way in: refused with the reason, while what
/// comes with them is stored.
/// </summary>
public sealed class ContradictionTests
{
    private const string First = "application/x-protobuf";
    private const string Second = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
    private const long Now = 7_200_000;
    private const string TooFew = "(3 observations found in buckets, but the Count field is 30)";
    private const string TooMany = "(3 observations found in buckets, but the Count field is 1)";
    private const string Negative = "(positive side: bucket number 2 has observation count of -4)";

    /// <summary>Count, buckets, sum, and what is said about it.</summary>
    public static TheoryData<long, long[], double, string?> Rows { get; } = new()
    {
        { 30, [3], 1, TooFew },
        { 3, [3], 1, null },
        { 3, [7, -4], 1, Negative },
        { 7, [7, -4], double.NaN, Negative },
        { 1, [3], double.NaN, TooMany },
        { 30, [3], double.NaN, null },
    };

    /// <summary>The same of histograms of floats: their counts are not compared, as Prometheus does not.</summary>
    public static TheoryData<double, double[], string?> Floats { get; } = new()
    {
        { 30.5, [3], null },
        { 3, [7, -4], Negative },
        { -1, [3], "(observation count is -1)" },
    };

    [Theory, MemberData(nameof(Rows))]
    public Task Write_First_TakesWhatAgrees(long count, long[] buckets, double sum, string? problem) =>
        WriteAsync(First, histogram => Fill(histogram, count, buckets, sum), problem);

    [Theory, MemberData(nameof(Rows))]
    public Task Write_Second_TakesWhatAgrees(long count, long[] buckets, double sum, string? problem) =>
        WriteAsync(Second, histogram => Fill(histogram, count, buckets, sum), problem);

    [Theory, MemberData(nameof(Floats))]
    public Task Write_Floats_TakesWhatIsNotNegative(double count, double[] buckets, string? problem) =>
        WriteAsync(
            First,
            histogram => histogram.Double(2, count).Double(3, 1)
                .Message(11, span => span.VarInt(2, buckets.Length)).PackedDoubles(13, buckets),
            problem);

    [Fact]
    public Task Write_SpansThatNeedMoreBuckets_AreRefused() => WriteAsync(
        First, histogram => histogram.VarInt(1, 3).Double(3, 1).Message(11, span => span.VarInt(2, 2)).ZigZag(12, 3),
        "(positive side: spans need 2 buckets, have 1 buckets)");

    [Fact]
    public Task Write_CustomBoundsThatFall_AreRefused() => WriteAsync(
        First,
        histogram => histogram.VarInt(1, 3).Double(3, 1).ZigZag(4, -53).Message(11, span => span.VarInt(2, 1))
            .ZigZag(12, 3).PackedDoubles(16, 2, 1),
        "(custom buckets: previous bound is 2 and current is 1)");

    [Theory]
    [InlineData(30, 1.0, TooFew, 2), InlineData(3, 1.0, null, 2)]
    [InlineData(1, double.NaN, TooMany, 2), InlineData(30, double.NaN, null, 2)]
    [InlineData(30, 1.0, "a point of h is malformed: 3 observations found in buckets, but the Count field is 30", 1)]
    [InlineData(3, 1.0, null, 1)]
    public async Task Otlp_TakesWhatAgrees(long count, double sum, string? problem, long temporality)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        byte[] request = new Proto().Message(1, resource => resource.Message(2, scope => scope
            .Message(2, metric => metric.Text(1, "a").Message(5, gauge => gauge
                .Message(1, point => point.Fixed64(3, Now * 1_000_000).Double(4, 5))))
            .Message(2, metric => metric.Text(1, "h").Message(10, histogram => histogram
                .Message(1, point => point.Fixed64(3, Now * 1_000_000).Fixed64(4, (ulong)count).Double(5, sum)
                    .Message(8, buckets => buckets.Packed(2, 3))).VarInt(2, temporality))))).ToBytes();
        using HttpResponseMessage answer = await PostAsync(
            server, request, "application/x-protobuf", null, "/api/v1/otlp/v1/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        await CheckStoredAsync(server, isTaken: problem is null);
        if (problem is null)
        {
            Assert.Empty(body);
            return;
        }

        // One point is rejected (field 1), and the reason follows (field 2).
        string text = Encoding.Latin1.GetString(body);
        Assert.Contains("\b\u0001\u0012", text);
        Assert.Contains(problem, text);
    }

    [Theory, MemberData(nameof(Rows))]
    public async Task Scrape_TakesWhatAgrees(long count, long[] buckets, double sum, string? problem)
    {
        await using ScrapeWorld world = await ScrapeWorld.OpenAsync("scrape_protocols: [PrometheusProto]\n");
        world.Fake.ContentType =
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";
        world.Fake.Bytes =
        [
            .. Proto.Delimited(family => family.Text(1, "a").VarInt(3, 1)
                .Message(4, metric => metric.Message(2, gauge => gauge.Double(1, 5)))),
            .. Proto.Delimited(family => family.Text(1, "h").VarInt(3, 4).Message(4, metric => metric
                .Message(7, histogram => Deltas(
                    histogram.VarInt(1, count).Double(2, sum).Message(12, span => span.VarInt(2, buckets.Length)),
                    13, buckets)))),
        ];
        Assert.Null((await world.ScrapeAsync("")).Error);
        string dump = world.Dump();
        Assert.Contains("{__name__=\"a\", instance=\"node:9100\", job=\"j\"} 0:5", dump);
        Assert.Equal(problem is null, dump.Contains(" 0:h"));
    }

    private static async Task WriteAsync(string type, Action<Proto> histogram, string? problem)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        byte[] message = type == First ? FirstMessage(histogram) : SecondMessage(histogram);
        using HttpResponseMessage answer = await PostAsync(
            server, Snappy.CompressToArray(message), type, "snappy", "/api/v1/write");
        string text = await answer.Content.ReadAsStringAsync();
        Assert.Equal(problem is null ? HttpStatusCode.NoContent : HttpStatusCode.BadRequest, answer.StatusCode);
        if (problem is not null)
        {
            Assert.StartsWith(
                $"1 of 2 samples were refused, the first for MalformedHistogram {problem}: {{__name__=\"h\"", text);
        }

        if (type == Second)
        {
            Assert.Equal(
                problem is null ? "1" : "0",
                answer.Headers.GetValues(RemoteWriteHeaders.HistogramsWritten).Single());
        }

        await CheckStoredAsync(server, isTaken: problem is null);
    }

    private static byte[] FirstMessage(Action<Proto> histogram) => new Proto()
        .Message(1, series => series.Message(1, label => label.Text(1, "__name__").Text(2, "a"))
            .Message(2, sample => sample.Double(1, 5).VarInt(2, Now)))
        .Message(1, series => series.Message(1, label => label.Text(1, "__name__").Text(2, "h"))
            .Message(4, whole => { histogram(whole); whole.VarInt(15, Now); }))
        .ToBytes();

    private static byte[] SecondMessage(Action<Proto> histogram) => new Proto()
        .Text(4, "").Text(4, "__name__").Text(4, "a").Text(4, "h")
        .Message(5, series => series.Packed(1, 1, 2).Message(2, sample => sample.Double(1, 5).VarInt(2, Now)))
        .Message(5, series => series.Packed(1, 1, 3)
            .Message(3, whole => { histogram(whole); whole.VarInt(15, Now); }))
        .ToBytes();

    private static void Fill(Proto histogram, long count, long[] buckets, double sum) => Deltas(
        histogram.VarInt(1, count).Double(3, sum).Message(11, span => span.VarInt(2, buckets.Length)), 12, buckets);

    private static void Deltas(Proto histogram, int field, long[] buckets)
    {
        long last = 0;
        foreach (long bucket in buckets)
        {
            histogram.ZigZag(field, bucket - last);
            last = bucket;
        }
    }

    private static async Task CheckStoredAsync(ApiServer server, bool isTaken)
    {
        string a = await server.Http.GetStringAsync(new Uri("/api/v1/query?query=a&time=7200", UriKind.Relative));
        Assert.Contains("\"5\"", a);
        string h = await server.Http.GetStringAsync(
            new Uri("/api/v1/query?query=count({__name__=~\"h|h_.*\"})&time=7200", UriKind.Relative));
        Assert.Equal(isTaken, h.Contains("\"1\""));
    }

    private static async Task<HttpResponseMessage> PostAsync(
        ApiServer server, byte[] body, string type, string? encoding, string path)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return await server.Http.PostAsync(new Uri(path, UriKind.Relative), content);
    }
}
