using System.Text;
using CsCheck;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Otlp;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Ingestion.Tests.Otlp;

public sealed class OtlpDecoderTests
{
    private const ulong Second = 1_000_000_000;

    [Fact]
    public void TryDecode_AllKinds_GivesSeriesOfEach()
    {
        var batch = new SampleBatch();
        OtlpDecoder decoder = New();
        Assert.True(decoder.TryDecode(Whole(), Labels.Of(("node", "n1")), batch));
        Assert.Equal(0, decoder.RefusedPoints);
        Assert.Equal(
            """
            {__name__="temp_celsius", instance="i", job="ns/svc", node="n1", room_x="a"} 21.5 @5000
            {__name__="requests_total", instance="i", job="ns/svc", node="n1"} 7 @5000 since 1000 # {trace_id="0102"} 1 @4000
            {__name__="latency_seconds_sum", instance="i", job="ns/svc", node="n1"} 9.5 @5000 since 1000
            {__name__="latency_seconds_count", instance="i", job="ns/svc", node="n1"} 6 @5000 since 1000
            {__name__="latency_seconds_bucket", instance="i", job="ns/svc", le="0.5", node="n1"} 1 @5000 since 1000
            {__name__="latency_seconds_bucket", instance="i", job="ns/svc", le="1.0", node="n1"} 3 @5000 since 1000
            {__name__="latency_seconds_bucket", instance="i", job="ns/svc", le="+Inf", node="n1"} 6 @5000 since 1000
            {__name__="exp", instance="i", job="ns/svc", node="n1"} {count:4, sum:5, [-1e-128,1e-128]:1, (1,2]:1, (2,4]:2} @5000 since 1000
            {__name__="s_sum", instance="i", job="ns/svc", node="n1"} 3 @5000 since 1000
            {__name__="s_count", instance="i", job="ns/svc", node="n1"} 2 @5000 since 1000
            {__name__="s", instance="i", job="ns/svc", node="n1", quantile="0.5"} 1.5 @5000 since 1000
            {__name__="target_info", host_name="h", instance="i", job="ns/svc", node="n1"} 1 @5000
            temp_celsius gauge Warm. celsius
            requests_total counter  
            latency_seconds histogram  seconds
            exp histogram  
            s summary  

            """,
            BatchText.Describe(batch), ignoreWhiteSpaceDifferences: true);
    }

    [Fact]
    public void TryDecode_Deltas_AreSummedUpAndRepeatsAreNot()
    {
        OtlpDecoder decoder = New();
        string[] seen =
        [
            Sum(decoder, 5, 5), Sum(decoder, 3, 6), Sum(decoder, 3, 6), Sum(decoder, 2, 5), Sum(decoder, 1, 7),
        ];
        Assert.Equal(["5 @5000 since 4000", "8 @6000 since 4000", "8 @6000 since 4000", "", "9 @7000 since 4000"],
            seen);
        Assert.Equal("", Sum(decoder, 2, 5));
        Assert.EndsWith("counts from the one before and is older than it", decoder.FirstRefusal);
    }

    [Fact]
    public void TryDecode_DeltaHistograms_AreSummedUp()
    {
        OtlpDecoder decoder = New();
        var batch = new SampleBatch();
        for (ulong second = 5; second < 7; second++)
        {
            byte[] request = Request(metric => metric.Text(1, "h").Message(9, histogram => histogram
                .Message(1, point => point.Fixed64(2, 4 * Second).Fixed64(3, second * Second).Fixed64(4, 3).Double(5, 2)
                    .PackedFixed(6, 1, 2).PackedDoubles(7, 1)).VarInt(2, 1)));
            Assert.True(decoder.TryDecode(request, Labels.Empty, batch));
        }

        Assert.Contains("h_bucket\", job=\"j\", le=\"1.0\"} 2 @6000 since 4000", BatchText.Describe(batch));
        Assert.Contains("h_count\", job=\"j\"} 6 @6000 since 4000", BatchText.Describe(batch));
        for (ulong second = 5; second < 7; second++)
        {
            byte[] request = Request(metric => metric.Text(1, "e").Message(10, histogram => histogram
                .Message(1, point => point.Fixed64(2, 4 * Second).Fixed64(3, second * Second).Fixed64(4, 3).Double(5, 2)
                    .ZigZag(6, 0).Message(8, buckets => buckets.ZigZag(1, 0).Packed(2, 1, 2))).VarInt(2, 1)));
            Assert.True(decoder.TryDecode(request, Labels.Empty, batch));
        }

        Assert.Contains("{count:6, sum:4, (1,2]:2, (2,4]:4} @6000 since 4000", BatchText.Describe(batch));
    }

    [Fact]
    public void TryDecode_MoreDeltaSeriesThanAllowed_RefusesThePoint()
    {
        OtlpDecoder decoder = New(deltaSeriesMax: 1);
        Assert.Equal("1 @5000 since 4000", Sum(decoder, 1, 5, "a"));
        Assert.Equal("", Sum(decoder, 1, 5, "b"));
        Assert.Equal(1, decoder.RefusedPoints);
        Assert.EndsWith("counts from the one before, and 1 such series are kept already", decoder.FirstRefusal);
        // What has long been silent makes room.
        Assert.Equal("1 @2000000 since 4000", Sum(decoder, 1, 2000, "b"));
    }

    [Fact]
    public void TryDecode_FineScale_IsMadeCoarser()
    {
        var batch = new SampleBatch();
        byte[] request = Request(metric => metric.Text(1, "e").Message(10, histogram => histogram
            .Message(1, point => point.Fixed64(3, Second).Fixed64(4, 4).ZigZag(6, 10)
                .Message(8, buckets => buckets.ZigZag(1, -4).Packed(2, 1, 1, 1, 1))).VarInt(2, 2)));
        Assert.True(New().TryDecode(request, Labels.Empty, batch));
        NativeHistogram histogram = Assert.Single(batch.Histograms).Histogram;
        Assert.Equal(8, histogram.Schema);
        Assert.Equal([new BucketSpan(0, 1)], histogram.PositiveSpans);
        Assert.Equal([4.0], histogram.PositiveBuckets);
    }

    [Fact]
    public void TryDecode_PointsOfNoUse_AreCountedAndTheOthersTaken()
    {
        OtlpDecoder decoder = New();
        var batch = new SampleBatch();
        byte[] request = Request(metric => metric.Text(1, "g").Message(5, gauge => gauge
            .Message(1, point => point.Double(4, 1))
            .Message(1, point => point.Fixed64(3, Second).Double(4, 2))
            .Message(1, point => point.Fixed64(3, 2 * Second).VarInt(8, 1))));
        Assert.True(decoder.TryDecode(request, Labels.Empty, batch));
        Assert.Equal((1, "a point of g has no time"), (decoder.RefusedPoints, decoder.FirstRefusal));
        Assert.Contains("} 2 @1000\n{__name__=\"g\", job=\"j\"} NaN @2000", BatchText.Describe(batch));
        Assert.True(SpecialValues.IsStale(batch.Value(1)));
        Assert.True(decoder.TryDecode(
            Request(metric => metric.Text(1, "s").Message(7, sum => sum.Message(1, point => point.Fixed64(3, 1)))),
            Labels.Empty, batch));
        Assert.Contains("no aggregation temporality", decoder.FirstRefusal);
    }

    [Fact]
    public void TryWrite_Json_IsTheSameRequest()
    {
        var message = new ByteBuffer();
        Assert.Null(OtlpJson.TryWrite(Encoding.UTF8.GetBytes(
            """
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"j"}},
              {"key":"list","value":{"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"a"}]}}}]},
              "scopeMetrics":[{"scope":{"name":"x"},"metrics":[
              {"name":"g","unit":"By","gauge":{"dataPoints":[{"timeUnixNano":"1000000000","asInt":"-5"}]}},
              {"name":"c","sum":{"aggregationTemporality":"AGGREGATION_TEMPORALITY_CUMULATIVE","isMonotonic":true,
                "dataPoints":[{"startTimeUnixNano":1,"timeUnixNano":2000000000,"asDouble":1.5,
                "exemplars":[{"timeUnixNano":"1000000000","asDouble":1,"traceId":"0A0B"}]}]}},
              {"name":"h","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":"1000000000",
                "count":"2","sum":3,"scale":1,"zeroCount":0,"positive":{"offset":-1,"bucketCounts":["1","1"]}}]}}]}]}]}
            """), message));
        var batch = new SampleBatch();
        Assert.True(New().TryDecode(message.Written, Labels.Empty, batch));
        string text = BatchText.Describe(batch);
        Assert.Contains("{__name__=\"g_bytes\", job=\"j\"} -5 @1000", text);
        Assert.Contains("{__name__=\"c_total\", job=\"j\"} 1.5 @2000 # {trace_id=\"0a0b\"} 1 @1000", text);
        Assert.Contains("{count:2, sum:3, (0.707", text);
        Assert.Contains("list=\"[1,\\\"a\\\"]\"", text);
    }

    [Theory]
    [InlineData("{"), InlineData("[]"), InlineData("{\"resourceMetrics\":[5]}")]
    [InlineData("{\"resourceMetrics\":[{\"resource\":{\"attributes\":[{\"key\":1}]}}]}")]
    public void TryWrite_WrongJson_SaysSo(string json) =>
        Assert.StartsWith(
            "The request is no OTLP in JSON", OtlpJson.TryWrite(Encoding.UTF8.GetBytes(json), new ByteBuffer()));

    [Fact]
    public void TryDecode_FlippedCutAndRandomBytes_NeverThrows()
    {
        byte[] whole = Whole();
        OtlpDecoder decoder = New(deltaSeriesMax: 100);
        var batch = new SampleBatch();
        for (int length = 0; length < whole.Length; length++) _ =
            decoder.TryDecode(whole.AsSpan(0, length), Labels.Empty, batch);
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 6].Sample(
            flips =>
            {
                byte[] body = [.. whole];
                foreach ((int at, byte value) in flips) body[at] = value;
                if (decoder.TryDecode(body, Labels.Empty, batch)) _ = BatchText.Describe(batch);
            },
            iter: 5000, threads: 1);
        Gen.Byte.Array[0, 200].Sample(
            bytes =>
            {
                if (decoder.TryDecode(bytes, Labels.Empty, batch)) _ = BatchText.Describe(batch);
            },
            iter: 5000, threads: 1);
        Gen.String.Sample(
            text =>
            {
                _ = OtlpJson.TryWrite(Encoding.UTF8.GetBytes(text), new ByteBuffer());
            },
            iter: 2000, threads: 1);
    }

    private static OtlpDecoder New(int deltaSeriesMax = 1000) => new(
        new OtlpNaming(OtlpTranslation.UnderscoreEscapingWithSuffixes), [], new DeltaSums(deltaSeriesMax));

    private static string Sum(OtlpDecoder decoder, double value, ulong second, string name = "d")
    {
        var batch = new SampleBatch();
        byte[] request = Request(metric => metric.Text(1, name).Message(7, sum => sum
            .Message(1, point => point.Fixed64(2, 4 * Second).Fixed64(3, second * Second).Double(4, value))
            .VarInt(2, 1).VarInt(3, 1)));
        Assert.True(decoder.TryDecode(request, Labels.Empty, batch));
        string text = BatchText.Describe(batch);
        return batch.SampleCount == 0 ? "" : text[(text.IndexOf('}') + 2)..text.IndexOf('\n')];
    }

    private static byte[] Request(Action<Proto> metric) => new Proto()
        .Message(1, resource => resource
            .Message(1, r => r.Message(1, Attribute("service.name", "j")))
            .Message(2, scope => scope.Message(2, metric))).ToBytes();

    internal static byte[] Whole() => new Proto().Message(1, resource => resource
        .Message(1, r => r.Message(1, Attribute("service.name", "svc")).Message(1, Attribute("service.namespace", "ns"))
            .Message(1, Attribute("service.instance.id", "i")).Message(1, Attribute("host.name", "h")))
        .Message(2, scope => scope
            .Message(2, metric => metric.Text(1, "temp").Text(2, "Warm.").Text(3, "Cel").Message(5, gauge => gauge
                .Message(1, point =>
                    point.Fixed64(3, 5 * Second).Double(4, 21.5).Message(7, Attribute("room.x", "a")))))
            .Message(2, metric => metric.Text(1, "requests").Message(7, sum => sum
                .Message(1, point => Times(point).Fixed64(6, 7).Message(5, exemplar => exemplar
                    .Fixed64(2, 4 * Second).Double(3, 1).Bytes(5, [1, 2])))
                .VarInt(2, 2).VarInt(3, 1)))
            .Message(2, metric => metric.Text(1, "latency").Text(3, "s").Message(9, histogram => histogram
                .Message(1, point => Times(point).Fixed64(4, 6).Double(5, 9.5).PackedFixed(6, 1, 2, 3)
                    .PackedDoubles(7, 0.5, 1)).VarInt(2, 2)))
            .Message(2, metric => metric.Text(1, "exp").Message(10, histogram => histogram
                .Message(1, point => Times(point).Fixed64(4, 4).Double(5, 5).ZigZag(6, 0).Fixed64(7, 1)
                    .Message(8, buckets => buckets.ZigZag(1, 0).Packed(2, 1, 2))).VarInt(2, 2)))
            .Message(2, metric => metric.Text(1, "s").Message(11, summary => summary
                .Message(1, point => Times(point).Fixed64(4, 2).Double(5, 3)
                    .Message(6, quantile => quantile.Double(1, 0.5).Double(2, 1.5))))))).ToBytes();

    private static Proto Times(Proto point) => point.Fixed64(2, Second).Fixed64(3, 5 * Second);

    private static Action<Proto> Attribute(string key, string value) =>
        attribute => attribute.Text(1, key).Message(2, any => any.Text(1, value));
}
