using System.Runtime.CompilerServices;
using CsCheck;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Storage;
using Snappier;

namespace Flyball.Metrics.Ingestion.Tests.RemoteWrite;

public sealed class RemoteWriteV2DecoderTests
{
    [Fact]
    public void Decode_WholeRequest_GivesSeriesSamplesHistogramsExemplarsMetadata()
    {
        var batch = new SampleBatch();
        var decoder = new RemoteWriteV2Decoder();
        Assert.Equal(RemoteWriteProblem.None, Decode(decoder, Request(), batch));
        Assert.Equal(0, decoder.RefusedSeries);
        Assert.Equal(
            """
            {__name__="http_total", code="200"} 5 @1000 since 400, 6 @2000 since 400 # {trace_id="abc"} 0.5 @1500
            {__name__="latency"} {count:7, sum:9.5, [-Inf,1]:3, (5,+Inf]:4} @1000 since 1
            http_total counter Requests. By
            latency histogram  

            """,
            Describe(batch), ignoreLineEndingDifferences: true, ignoreWhiteSpaceDifferences: true);
    }

    [Fact]
    public void Decode_FrozenRequest_GivesTheSame()
    {
        string path = Path.Combine(Here(), "request-v2.bin");
        if (Environment.GetEnvironmentVariable("FLYBALL_UPDATE_GOLDENS") == "1" && !File.Exists(path))
            File.WriteAllBytes(path, Snappy.CompressToArray(Request()));
        var frozen = new SampleBatch();
        var built = new SampleBatch();
        var decoder = new RemoteWriteV2Decoder();
        Assert.Equal(RemoteWriteProblem.None, decoder.Decode(File.ReadAllBytes(path), 1 << 20, "", frozen));
        Assert.Equal(RemoteWriteProblem.None, Decode(decoder, Request(), built));
        Assert.Equal(Describe(built), Describe(frozen));
    }

    [Fact]
    public void Decode_SymbolThatIsNotThere_LeavesOutThatSeriesOnly()
    {
        byte[] request = new Proto().Text(4, "").Text(4, "__name__").Text(4, "a")
            .Message(5, series => series.Packed(1, 1, 9).Message(2, Sample(1, 1)).Message(2, Sample(2, 2)))
            .Message(5, series => series.Packed(1, 1, 2).Message(2, Sample(3, 3)))
            .Message(5, series => series.Packed(1, 1, 2, 1).Message(2, Sample(3, 4)))
            .Message(5, series => series.Packed(1, 1, 2))
            .Message(5, series => series.Packed(1, 1, 2).Message(2, Sample(3, 5))
                .Message(5, metadata => metadata.VarInt(1, 1).VarInt(3, 77)))
            .ToBytes();
        var batch = new SampleBatch();
        var decoder = new RemoteWriteV2Decoder();
        Assert.Equal(RemoteWriteProblem.None, Decode(decoder, request, batch));
        Assert.Equal((4, 4), (decoder.RefusedSeries, decoder.RefusedSamples));
        Assert.Equal("a label refers to a symbol that is not there", decoder.FirstRefusal);
        Assert.Equal("{__name__=\"a\"} 3 @3\n", Describe(batch));
    }

    [Fact]
    public void Decode_SymbolsBehindSeriesAndUnpackedRefs_AreUnderstood()
    {
        byte[] request = new Proto()
            .Message(5, series => series.Message(2, Sample(3, 3)).VarInt(1, 1).VarInt(1, 2))
            .Text(4, "").Text(4, "__name__").Text(4, "a").ToBytes();
        var batch = new SampleBatch();
        Assert.Equal(RemoteWriteProblem.None, Decode(new RemoteWriteV2Decoder(), request, batch));
        Assert.Equal("{__name__=\"a\"} 3 @3\n", Describe(batch));
    }

    [Fact]
    public void Decode_RequestCutAtEachByte_IsRefusedOrHoldsWholeSeries()
    {
        byte[] whole = Request();
        var decoder = new RemoteWriteV2Decoder();
        string text = "";
        for (int length = 0; length < whole.Length; length++)
        {
            var batch = new SampleBatch();
            if (Decode(decoder, whole[..length], batch) == RemoteWriteProblem.None) text = Describe(batch);
            Assert.True(batch.SeriesCount <= 2);
        }

        Assert.DoesNotContain("latency", text);
    }

    [Fact]
    public void Decode_FlippedAndRandomBytes_NeverThrow()
    {
        var decoder = new RemoteWriteV2Decoder();
        byte[] whole = Request();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 6].Sample(
            flips =>
            {
                byte[] body = [.. whole];
                foreach ((int at, byte value) in flips) body[at] = value;
                var batch = new SampleBatch();
                if (Decode(decoder, body, batch) == RemoteWriteProblem.None) _ = Describe(batch);
            },
            iter: 10_000, threads: 1);
        Gen.Byte.Array[0, 200].Sample(
            bytes => _ = decoder.Decode(bytes, 1 << 20, "", new SampleBatch()), iter: 5000, threads: 1);
    }

    [Theory]
    [InlineData(null, null, 1), InlineData("application/x-protobuf", "snappy", 1)]
    [InlineData("application/x-protobuf;proto=prometheus.WriteRequest", "snappy", 1)]
    [InlineData("application/x-protobuf; Proto=\"io.prometheus.write.v2.Request\"", "Snappy", 2)]
    [InlineData("application/x-protobuf;proto=io.prometheus.write.v3.Request", "snappy", 0)]
    [InlineData("application/json", "snappy", 0), InlineData("application/x-protobuf", "gzip", 0)]
    public void Check_Headers_NameTheVersionOrRefuse(string? type, string? encoding, int expected)
    {
        string? problem = RemoteWriteHeaders.Check(type, encoding, out RemoteWriteVersion version);
        Assert.Equal(expected, problem is null ? (int)version + 1 : 0);
    }

    internal static byte[] Request() => new Proto()
        .Text(4, "").Text(4, "__name__").Text(4, "http_total").Text(4, "code").Text(4, "200").Text(4, "Requests.")
        .Text(4, "By").Text(4, "trace_id").Text(4, "abc").Text(4, "latency")
        .Message(5, series => series
            .Packed(1, 1, 2, 3, 4)
            .Message(2, Sample(5, 1000, 400)).Message(2, Sample(6, 2000, 400))
            .Message(4, exemplar => exemplar.Packed(1, 7, 8).Double(2, 0.5).VarInt(3, 1500))
            .Message(5, metadata => metadata.VarInt(1, 1).VarInt(3, 5).VarInt(4, 6)))
        .Message(5, series => series
            .Packed(1, 1, 9)
            .Message(3, histogram => histogram
                .VarInt(1, 7).Double(3, 9.5).ZigZag(4, -53)
                .Message(11, span => span.ZigZag(1, 0).VarInt(2, 3))
                .Packed(12, 6, 5, 8).VarInt(15, 1000).PackedDoubles(16, 1, 5).VarInt(17, 1))
            .Message(5, metadata => metadata.VarInt(1, 3)))
        .ToBytes();

    private static Action<Proto> Sample(double value, long timestampMs, long startMs = 0) => sample =>
    {
        sample.Double(1, value).VarInt(2, timestampMs);
        if (startMs != 0) sample.VarInt(3, startMs);
    };

    private static RemoteWriteProblem Decode(RemoteWriteV2Decoder decoder, byte[] message, SampleBatch batch) =>
        decoder.Decode(Snappy.CompressToArray(message), 1 << 20, "", batch);

    private static string Describe(SampleBatch batch) => BatchText.Describe(batch);

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
