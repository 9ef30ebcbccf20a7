using CsCheck;
using Flyball.Metrics.Exposition;

namespace Flyball.Metrics.Ingestion.Tests.Exposition;

public sealed class ProtobufExpositionTests
{
    [Fact]
    public void Read_CounterWithExemplarAndStart_GivesAll()
    {
        byte[] body = Proto.Delimited(family => family
            .Text(1, "requests_total").Text(2, "Requests.").VarInt(3, 0).Text(5, "1")
            .Message(4, metric => metric
                .Message(1, label => label.Text(1, "code").Text(2, "200"))
                .Message(3, counter => counter
                    .Double(1, 12)
                    .Message(2, exemplar => exemplar
                        .Message(1, label => label.Text(1, "trace_id").Text(2, "ab"))
                        .Double(2, 0.5)
                        .Message(3, time => time.VarInt(1, 17).VarInt(2, 500_000_000)))
                    .Message(3, time => time.VarInt(1, 9)))
                .VarInt(6, 20_000)));
        Assert.Equal(
            """
            Type requests_total "counter"
            Help requests_total "Requests."
            Unit requests_total "1"
            {__name__="requests_total", code="200"} 12 @20000 since 9000 # {trace_id="ab"} 0.5 @17500

            """,
            RecordingSink.Read(body, ExpositionFormat.Protobuf));
    }

    [Fact]
    public void Read_ClassicHistogram_GivesBucketsAndTheLastOne()
    {
        byte[] body = Proto.Delimited(family => family.Text(1, "h").VarInt(3, 4)
            .Message(4, metric => metric.Message(7, histogram => histogram
                .VarInt(1, 5).Double(2, 7.5)
                .Message(3, bucket => bucket.VarInt(1, 2).Double(2, 0.1)
                    .Message(3, exemplar => exemplar.Double(2, 0.05)))
                .Message(3, bucket => bucket.VarInt(1, 4).Double(2, 1)))));
        Assert.Equal(
            """
            Type h "histogram"
            {__name__="h_count"} 5
            {__name__="h_sum"} 7.5
            {__name__="h_bucket", le="0.1"} 2 # {} 0.05 @0
            {__name__="h_bucket", le="1.0"} 4
            {__name__="h_bucket", le="+Inf"} 5

            """,
            RecordingSink.Read(body, ExpositionFormat.Protobuf));
    }

    [Fact]
    public void Read_NativeHistogram_GivesItAndLeavesOutTheClassicOne()
    {
        byte[] body = Native();
        Assert.Equal(
            """
            Type h "histogram"
            {__name__="h"} {count:7, sum:7.5, [-0.001,0.001]:1, (0.5,1]:2, (1,2]:3, (4,8]:1} since 3000

            """,
            RecordingSink.Read(body, ExpositionFormat.Protobuf));
        var sink = new RecordingSink();
        Assert.Null(new ProtobufExposition { AlwaysTakesClassicHistograms = true }.Read(body, ref sink));
        Assert.Contains("h_bucket", sink.Text.ToString());
    }

    [Fact]
    public void Read_SummaryGaugeUntyped_GivesEach()
    {
        byte[] body =
        [
            .. Proto.Delimited(family => family.Text(1, "s").VarInt(3, 2)
                .Message(4, metric => metric.Message(4, summary => summary
                    .VarInt(1, 3).Double(2, 4.5).Message(3, q => q.Double(1, 0.5).Double(2, 1.5))))),
            .. Proto.Delimited(family => family.Text(1, "g").VarInt(3, 1)
                .Message(4, metric => metric.Message(2, gauge => gauge.Double(1, -1)))),
            .. Proto.Delimited(family => family.Text(1, "u").VarInt(3, 3)
                .Message(4, metric => metric.Message(5, untyped => untyped.Double(1, 8)))),
        ];
        Assert.Equal(
            """
            Type s "summary"
            {__name__="s_count"} 3
            {__name__="s_sum"} 4.5
            {__name__="s", quantile="0.5"} 1.5
            Type g "gauge"
            {__name__="g"} -1
            Type u "unknown"
            {__name__="u"} 8

            """,
            RecordingSink.Read(body, ExpositionFormat.Protobuf));
    }

    [Fact]
    public void Read_BodyCutAtEachByte_SaysSo()
    {
        byte[] body = Native();
        for (int length = 1; length < body.Length; length++)
            Assert.Contains("is cut off", RecordingSink.Read(body[..length], ExpositionFormat.Protobuf));
    }

    [Fact]
    public void Read_FamilyCutWithin_NeverThrows()
    {
        byte[] body = Native();
        // The size in front is made to agree, so that the cut lies within the messages.
        for (int length = 2; length < body.Length; length++)
            _ = RecordingSink.Read([(byte)(length - 2), .. body[2..length]], ExpositionFormat.Protobuf);
    }

    [Fact]
    public void Read_FlippedBytes_NeverThrow() =>
        Gen.Select(Gen.Int[2, Native().Length - 1], Gen.Byte).Array[1, 5].Sample(
            flips =>
            {
                byte[] body = Native();
                foreach ((int at, byte value) in flips) body[at] = value;
                _ = RecordingSink.Read(body, ExpositionFormat.Protobuf);
            },
            iter: 20_000, threads: 1);

    [Fact]
    public void Read_RandomBytes_NeverThrows() => Gen.Byte.Array[0, 300].Sample(
        bytes => _ = RecordingSink.Read(bytes, ExpositionFormat.Protobuf), iter: 20_000, threads: 1);

    private static byte[] Native() => Proto.Delimited(family => family.Text(1, "h").VarInt(3, 4)
        .Message(4, metric => metric.Message(7, histogram => histogram
            .VarInt(1, 7).Double(2, 7.5)
            .Message(3, bucket => bucket.VarInt(1, 5).Double(2, 1))
            .ZigZag(5, 0).Double(6, 0.001).VarInt(7, 1)
            .Message(12, span => span.ZigZag(1, 0).VarInt(2, 2))
            .Message(12, span => span.ZigZag(1, 1).VarInt(2, 1))
            .ZigZag(13, 2).ZigZag(13, 1).ZigZag(13, -2)
            .Message(15, time => time.VarInt(1, 3)))));
}
