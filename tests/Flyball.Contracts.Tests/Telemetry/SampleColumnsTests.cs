using CsCheck;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry;

namespace Flyball.Contracts.Tests.Telemetry;

/// <summary>Samples as bytes and back.</summary>
public sealed class SampleColumnsTests
{
    private static readonly Gen<MetricHistogram> Histograms =
        from count in Gen.Double
        from scale in Gen.Int[-4, 8]
        from first in Gen.Int[-1_000, 1_000]
        from buckets in Gen.Double.Array[0, 6]
        from bounds in Gen.Double.Array[0, 4]
        select new MetricHistogram
        {
            Count = count, Sum = -count, Scale = scale, ZeroThreshold = 1e-9, ZeroCount = 3,
            Positive = new MetricBuckets(first, buckets), Negative = new MetricBuckets(-first, buckets),
            Bounds = bounds,
        };

    private static readonly Gen<MetricBatch> Batches =
        from series in Gen.Select(
            Gen.Select(Gen.String[0, 8], Gen.String[0, 8]).Array[0, 5],
            Gen.Select(Gen.Long, Gen.Double).Array[0, 4],
            Gen.Select(Gen.Long, Histograms).Array[0, 2]).Array[0, 8]
        select Fill(series);

    [Fact]
    public void Decode_WhatWasEncoded_IsTheSame()
    {
        var columns = new SampleColumns();
        var reader = new SampleColumnsReader();
        Batches.Sample(
            batch =>
            {
                var decoded = new MetricBatch();
                Assert.True(reader.TryDecode(columns.Encode(batch).Span, decoded));
                Assert.Equal(Text(batch), Text(decoded));
            },
            threads: 1);
    }

    [Fact]
    public void Decode_TruncatedAnywhere_IsRefused()
    {
        byte[] whole = new SampleColumns().Encode(Frozen()).ToArray();
        var reader = new SampleColumnsReader();
        for (int length = 0; length < whole.Length; length++)
            Assert.False(reader.TryDecode(whole.AsSpan(0, length), new MetricBatch()));
        Assert.False(reader.TryDecode([.. whole, 0], new MetricBatch()));
    }

    [Fact]
    public void Decode_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        bytes = [1, .. bytes];
        new SampleColumnsReader().TryDecode(bytes, new MetricBatch());
    });

    [Fact]
    public void Encode_IsByteForByteTheFrozenForm() => Assert.Equal(
        "01" + "01" + "0175" + "05" + "6761756765" + "0168" + "00" // one description: u, gauge, h, no unit
        + "02"                                                     // two series
        + "02" + "00085F5F6E616D655F5F" + "000175" + "00016E" + "000131"
        + "01" + "D00F" + "000000000000F83F" + "00"                // at 1000: 1.5
        + "02" + "01" + "02" + "03" + "000132"                     // known texts by number
        + "01" + "01" + "000000000000F8BF" + "00",                 // one millisecond earlier: -1.5
        Convert.ToHexString(new SampleColumns().Encode(Frozen()).Span));

    private static MetricBatch Frozen()
    {
        var batch = new MetricBatch();
        batch.Describe(new MetricDescription("u", "gauge", "h"));
        batch.BeginSeries(new("__name__", "u"), new("n", "1"));
        batch.Add(1_000, 1.5);
        batch.BeginSeries(new("__name__", "u"), new("n", "2"));
        batch.Add(999, -1.5);
        return batch;
    }

    private static MetricBatch Fill(
        ((string, string)[] Labels, (long, double)[] Samples, (long, MetricHistogram)[] Histograms)[] series)
    {
        var batch = new MetricBatch();
        foreach (var one in series)
        {
            batch.BeginSeries([.. one.Labels.Select(label => new MetricLabel(label.Item1, label.Item2))]);
            foreach ((long at, double value) in one.Samples) batch.Add(at, value);
            foreach ((long at, MetricHistogram value) in one.Histograms) batch.Add(at, value);
        }

        return batch;
    }

    private static string Text(MetricBatch batch)
    {
        var lines = new List<string>();
        for (int i = 0; i < batch.SeriesCount; i++)
        {
            lines.Add(string.Join('|', batch.Labels(i).ToArray()));
            lines.AddRange(batch.Samples(i).ToArray().Select(
                sample => $"{sample.AtUnixMs} {BitConverter.DoubleToInt64Bits(sample.Value)}"));
            lines.AddRange(batch.Histograms(i).ToArray().Select(sample => $"{sample.AtUnixMs} {Text(sample.Value)}"));
        }

        return string.Join('\n', lines);
    }

    private static string Text(MetricHistogram h) =>
        $"{h.Count} {h.Sum} {h.Scale} {h.ZeroThreshold} {h.ZeroCount} {h.Positive.FirstIndex} "
        + $"{string.Join(',', h.Positive.Counts)} {h.Negative.FirstIndex} {string.Join(',', h.Negative.Counts)} "
        + string.Join(',', h.Bounds);
}
