using CsCheck;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;
using Flyball.Metrics.Storage.Tests.Store;
using Snappier;

namespace Flyball.Metrics.Storage.Tests;

public sealed class RemoteWriteTests
{
    private const long Now = StoreHarness.StartMs;

    [Fact]
    public async Task Decode_SeriesSamplesMetadata_ReachTheStore()
    {
        var batch = new SampleBatch();
        Assert.Equal(RemoteWriteProblem.None,
            RemoteWriteDecoder.Decode(Snappy.CompressToArray(Request()), 1 << 20, "", batch));
        await using var harness = new StoreHarness();
        Assert.Equal(CommitOutcome.Durable, await harness.Store.AppendAsync(batch, harness.Report));
        Assert.Equal((2, 0), (harness.Report.Accepted, harness.Report.Refused));
        Assert.Equal([(Now - 1, 1.5), (Now, 2.5)],
            harness.Read()[Labels.Of(("__name__", "up"), ("job", "a")).ToString()]);
        Assert.Equal(new MetricMetadata("up", "gauge", "Whether.", ""),
            Assert.Single(harness.Store.Parts.Metadata.All()));
    }

    [Fact]
    public void Decode_IntegerHistogram_SumsTheDeltas()
    {
        byte[] histogram =
        [
            0x08, 6, 0x19, .. BitConverter.GetBytes(12.5), 0x20, 6, 0x30, 1,
            0x5A, 4, 0x08, 2, 0x10, 3, 0x62, 3, 4, 1, 0, 0x78, 9,
        ];
        var batch = new SampleBatch();
        Assert.Equal(RemoteWriteProblem.None,
            Decode(Message(0x0A, [.. Label("__name__", "h"), .. Message(0x22, histogram)]), batch));
        BatchHistogram read = Assert.Single(batch.Histograms);
        Assert.Equal(9, read.TimestampMs);
        Assert.Equal((6.0, 12.5, 3, 1.0),
            (read.Histogram.Count, read.Histogram.Sum, read.Histogram.Schema, read.Histogram.ZeroCount));
        Assert.Equal([new BucketSpan(1, 3)], read.Histogram.PositiveSpans);
        Assert.Equal([2.0, 1.0, 1.0], read.Histogram.PositiveBuckets);
    }

    [Fact]
    public void Decode_RequestCutAtEachByte_IsRefusedOrHoldsWholeSeries()
    {
        byte[] whole = Request();
        int refused = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            var batch = new SampleBatch();
            if (Decode(whole[..length], batch) != RemoteWriteProblem.None) refused++;
        }

        // Three cuts fall between fields: nothing, the series alone, and so on.
        Assert.InRange(refused, whole.Length - 4, whole.Length - 1);
    }

    [Fact]
    public void Decode_RandomBytes_NeverThrows() => Gen.Byte.Array[0, 300].Sample(
        bytes =>
        {
            var batch = new SampleBatch();
            _ = RemoteWriteDecoder.Decode(bytes, 1 << 20, "", batch);
            _ = Decode(bytes, batch);
            foreach (BatchSeries series in batch.Series) _ = batch.LabelBytes(in series).Length;
        },
        threads: 1);

    [Fact]
    public void Decode_TooLargeOrNotSnappy_SaysSo()
    {
        var batch = new SampleBatch();
        Assert.Equal(RemoteWriteProblem.TooLarge,
            RemoteWriteDecoder.Decode(Snappy.CompressToArray(new byte[5000]), 4999, "", batch));
        // Lengths of 2^31 and 2^32 - 1.
        Assert.Equal(RemoteWriteProblem.TooLarge,
            RemoteWriteDecoder.Decode([0x80, 0x80, 0x80, 0x80, 0x08, 0x00, 0x61], 1 << 20, "", batch));
        Assert.Equal(RemoteWriteProblem.TooLarge,
            RemoteWriteDecoder.Decode([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00, 0x61], 1 << 20, "", batch));
        Assert.Equal(RemoteWriteProblem.NotSnappy,
            RemoteWriteDecoder.Decode([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 1 << 20, "", batch));
    }

    private static RemoteWriteProblem Decode(byte[] message, SampleBatch batch) =>
        RemoteWriteDecoder.Decode(Snappy.CompressToArray(message), 1 << 20, "", batch);

    private static byte[] Request() =>
    [
        .. Message(0x0A,
            [.. Label("__name__", "up"), .. Label("job", "a"), .. Sample(1.5, Now - 1), .. Sample(2.5, Now)]),
        .. Message(0x1A, [0x08, 2, .. Message(0x12, "up"u8.ToArray()), .. Message(0x22, "Whether."u8.ToArray())]),
    ];

    private static byte[] Label(string name, string value) => Message(
        0x0A, [.. Message(0x0A, System.Text.Encoding.UTF8.GetBytes(name)),
            .. Message(0x12, System.Text.Encoding.UTF8.GetBytes(value))]);

    private static byte[] Sample(double value, long timestampMs)
    {
        var output = new ByteBuffer();
        output.Byte(0x09);
        output.Double(value);
        output.Byte(0x10);
        output.VarUInt((ulong)timestampMs);
        return Message(0x12, output.Written.ToArray());
    }

    private static byte[] Message(byte tag, byte[] content)
    {
        var output = new ByteBuffer();
        output.Byte(tag);
        output.Sized(content);
        return output.Written.ToArray();
    }
}
