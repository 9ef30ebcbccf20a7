using System.Globalization;
using System.Net;
using System.Text.Json;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Storage;
using Snappier;

namespace Flyball.Metrics.Api.Tests.Peers;

/// <summary><c>/api/v1/read</c>, asked by a real Prometheus, and its refusals.</summary>
public sealed class RemoteReadTests
{
    private static readonly NativeHistogram Exponential = new()
    {
        Schema = 1, Count = 12, Sum = 20.5, ZeroThreshold = 0.001, ZeroCount = 2,
        PositiveSpans = [new BucketSpan(-2, 2), new BucketSpan(3, 1)], PositiveBuckets = [3, 4, 1],
        NegativeSpans = [new BucketSpan(0, 1)], NegativeBuckets = [2],
    };

    private static readonly NativeHistogram Custom = new()
    {
        Schema = NativeHistogram.CustomSchema, Count = 6, Sum = 7, CustomBounds = [0.5, 1, 5],
        PositiveSpans = [new BucketSpan(0, 1), new BucketSpan(1, 2)], PositiveBuckets = [1, 2, 3],
    };

    [Fact]
    public async Task Read_RealPrometheus_AnswersFromOurSamples()
    {
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await using ApiServer flyball = await StartAsync(nowMs, options => options with
        {
            ExternalLabels = new Dictionary<string, string> { ["site"] = "a" },
        });
        await using RealPrometheus prometheus = await RealPrometheus.StartAsync(
            $$"""
            remote_read:
              - url: {{new Uri(flyball.Http.BaseAddress!, "/api/v1/read")}}
                read_recent: true
            """,
            "--enable-feature=native-histograms");
        string[] queries =
        [
            "old", "count_over_time(old[1h])", "rate(old{instance=~\"a|b\"}[30m])", "old{instance!=\"a\"}",
            "histogram_quantile(0.9, exponential)", "histogram_sum(custom)", "histogram_fraction(0, 1, custom)",
            "exponential", "custom", "exponential[5m]", "growing[20m]", "rate(growing[5m])",
            "increase(growing[20m])", "resets(growing[20m])", "histogram_quantile(0.9, rate(growing[5m]))",
            "gauge[20m]", "delta(gauge[5m])", "sum_over_time(gauge[20m])", "absent(old{instance=\"nobody\"})",
        ];
        var differences = new List<string>();
        foreach (string query in queries)
        {
            JsonElement expected = await AskAsync(flyball.Http, query, nowMs);
            JsonElement actual = await AskAsync(prometheus.Http, query, nowMs);
            Assert.NotEqual(0, expected.GetArrayLength());
            if (Text(expected) != Text(actual)) differences.Add($"{query}: {Text(expected)} but {Text(actual)}");
        }

        Assert.Empty(differences);

        // External labels are on what comes, and asking for them finds what is stored without.
        Assert.Equal(3, (await AskAsync(prometheus.Http, "old{site=\"a\"}", nowMs)).GetArrayLength());
        Assert.Equal(0, (await AskAsync(prometheus.Http, "old{site=\"b\"}", nowMs)).GetArrayLength());
    }

    /// <summary>
    /// What a client of Prometheus 3.5 depends on: whole counts come as integers and deltas, others as floats, both
    /// with their hint.
    /// </summary>
    [Theory]
    [InlineData(1.0, 1), InlineData(0.5, 2)]
    public void Write_Histogram_IsOfIntegersWhenItsCountsAreWhole(double unit, int countField)
    {
        NativeHistogram sent = Growing(5, CounterResetHint.Gauge);
        sent.Count *= unit;
        sent.PositiveBuckets = [.. sent.PositiveBuckets.Select(bucket => bucket * unit)];
        var message = new ByteBuffer();
        HistogramEncoder.Write(new ProtoWriter(message), 1000, sent);
        var fields = new List<int>();
        var reader = new ProtoReader(message.Written);
        while (reader.TryNext())
        {
            fields.Add(reader.Field);
            reader.Skip();
        }

        int[] expected = countField == 1
            ? [1, 3, 4, 5, 6, 8, 9, 11, 11, 12, 14, 15]
            : [2, 3, 4, 5, 7, 8, 10, 11, 11, 13, 14, 15];
        Assert.Equal(expected, fields);
        var batch = new SampleBatch();
        Assert.True(HistogramDecoder.TryDecode(message.Written, batch));
        NativeHistogram read = Assert.Single(batch.Histograms).Histogram;
        Assert.Equal((sent.Count, sent.ZeroCount, sent.ResetHint), (read.Count, read.ZeroCount, read.ResetHint));
        Assert.Equal(sent.PositiveBuckets, read.PositiveBuckets);
        Assert.Equal(sent.NegativeBuckets, read.NegativeBuckets);
        Assert.Equal(sent.PositiveSpans, read.PositiveSpans);
    }

    [Fact]
    public async Task Read_TooLargeAnswer_IsRefusedWithTheBound()
    {
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await using ApiServer flyball = await StartAsync(nowMs, options => options with { QuerySamplesMax = 100 });
        (HttpStatusCode status, string text) = await PostAsync(flyball, Request(nowMs, [1, 0]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("100 samples", text);
    }

    [Theory]
    [InlineData("snappy", HttpStatusCode.BadRequest, "no Snappy block")]
    [InlineData("message", HttpStatusCode.BadRequest, "no remote-read request")]
    [InlineData("regex", HttpStatusCode.BadRequest, "the matcher of __name__")]
    [InlineData("chunks", HttpStatusCode.BadRequest, "SAMPLES")]
    [InlineData("gzip", HttpStatusCode.UnsupportedMediaType, "gzip")]
    public async Task Read_MalformedRequest_IsRefusedWithTheReason(string kind, HttpStatusCode expected, string reason)
    {
        long nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await using ApiServer flyball = await StartAsync(nowMs);
        byte[] body = kind switch
        {
            "snappy" => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            "message" => Snappy.CompressToArray([0x0A, 0x7F]),
            "regex" => Request(nowMs, [], 2, "("),
            "chunks" => Request(nowMs, [1]),
            _ => Request(nowMs, []),
        };
        (HttpStatusCode status, string text) = await PostAsync(flyball, body, kind == "gzip" ? "gzip" : "snappy");
        Assert.Equal(expected, status);
        Assert.Contains(reason, text);
    }

    private static NativeHistogram Growing(int step, CounterResetHint hint) => new()
    {
        Schema = 1, Count = 12 + (5 * step), Sum = 20.5 + step, ZeroThreshold = 0.001, ZeroCount = 2 + step,
        PositiveSpans = [new BucketSpan(-2, 2), new BucketSpan(3, 1)], PositiveBuckets = [3 + step, 4 + step, 1],
        NegativeSpans = [new BucketSpan(0, 1)], NegativeBuckets = [2 + (2 * step)], ResetHint = hint,
    };

    private static async Task<ApiServer> StartAsync(long nowMs, Func<MetricsOptions, MetricsOptions>? change = null)
    {
        ApiServer flyball = await ApiServer.StartAsync(
            change, clock: new(DateTimeOffset.FromUnixTimeMilliseconds(nowMs)));
        await flyball.AppendAsync(batch =>
        {
            foreach (string instance in new[] { "a", "b", "c" })
            {
                batch.BeginSeries(Labels.Of(("__name__", "old"), ("instance", instance)));
                for (int minute = 60; minute >= 0; minute--) batch.Add(nowMs - (minute * 60_000L), 1000 - minute);
            }

            batch.BeginSeries(Labels.Of(("__name__", "exponential")));
            batch.Add(nowMs - 1000, Exponential);
            batch.BeginSeries(Labels.Of(("__name__", "custom")));
            batch.Add(nowMs - 1000, Custom);
            foreach (CounterResetHint hint in new[] { CounterResetHint.Unknown, CounterResetHint.Gauge })
            {
                batch.BeginSeries(Labels.Of(("__name__", hint == CounterResetHint.Gauge ? "gauge" : "growing")));
                for (int minute = 30; minute >= 0; minute--)
                    batch.Add(nowMs - (minute * 60_000L), Growing((30 - minute) % 20, hint));
            }
        });
        return flyball;
    }

    private static byte[] Request(long nowMs, byte[] types, ulong kind = 0, string name = "old")
    {
        var message = new ByteBuffer();
        var to = new ProtoWriter(message);
        int query = to.Begin(1);
        to.VarUInt(1, (ulong)(nowMs - 3_600_000));
        to.VarUInt(2, (ulong)nowMs);
        int matcher = to.Begin(3);
        to.VarUInt(1, kind);
        to.Text(2, "__name__");
        to.Text(3, name);
        to.End(matcher);
        to.End(query);
        foreach (byte type in types) to.VarUInt(2, type);
        return Snappy.CompressToArray(message.Written);
    }

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(
        ApiServer flyball, byte[] body, string encoding = "snappy")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/x-protobuf");
        content.Headers.ContentEncoding.Add(encoding);
        using HttpResponseMessage answer = await flyball.Http.PostAsync(
            new Uri("/api/v1/read", UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement> AskAsync(HttpClient http, string query, long nowMs)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["query"] = query, ["time"] = (nowMs / 1000.0).ToString("0.###", CultureInfo.InvariantCulture),
        });
        using HttpResponseMessage response = await http.PostAsync(new Uri("/api/v1/query", UriKind.Relative), form);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var answer = JsonDocument.Parse(text);
        return answer.RootElement.GetProperty("data").GetProperty("result").Clone();
    }

    /// <summary>The series of an answer without the external label, in any order.</summary>
    private static string Text(JsonElement result) => string.Join('\n', result.EnumerateArray()
        .Select(one => one.GetRawText().Replace(",\"site\":\"a\"", "").Replace("\"site\":\"a\"", ""))
        .Order(StringComparer.Ordinal));
}
