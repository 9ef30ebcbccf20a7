using CsCheck;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Chunks;

namespace Flyball.Metrics.Storage.Tests.Chunks;

public sealed class HistogramTests
{
    private static readonly Gen<double> Count =
        Gen.Frequency((9, Gen.Long[0, 1_000_000].Select(value => (double)value)), (1, Gen.Double[0, 1e9]));

    /// <summary>Exponential and custom buckets, integer and float counts, stale markers.</summary>
    internal static Gen<NativeHistogram> Histogram { get; } = Gen.Frequency(
        (8, Gen.Select(
            Gen.Int[-4, 8], Gen.Int[0, 6], Gen.Int[0, 6], Count, Count.Array[12, 12], Gen.Int[0, 3], Exponential)),
        (3, Gen.Select(Count, Count.Array[12, 12], Custom)),
        (1, Gen.Const(new NativeHistogram { Sum = SpecialValues.StaleNaN })));

    [Fact]
    public void Codec_AnyHistogram_RoundTrips() => Histogram.Sample(
        histogram =>
        {
            var output = new ByteBuffer();
            HistogramCodec.Write(output, histogram);
            var reader = new ByteReader(output.Written);
            NativeHistogram? read = HistogramCodec.TryRead(ref reader);
            return read is not null && reader.RemainingBytes == 0 && Same(histogram, read);
        },
        threads: 1);

    [Fact]
    public void Chunk_HistogramsOfOneLayout_RoundTrip()
    {
        var encoder = new HistogramChunk();
        var times = new IntegerColumnEncoder();
        Gen.Select(Histogram, Count.Array[1, 40]).Sample(
            (layout, sums) =>
            {
                TimedHistogram[] all =
                    [.. sums.Select(
                    (sum, index) => new TimedHistogram(1000 + (index * 15), index / 9 * 5, Vary(layout, sum, index)))];
                var timesColumn = new ByteBuffer();
                times.Encode([.. all.Select(timed => timed.TimestampMs)], timesColumn);
                var body = new ByteBuffer();
                encoder.Encode(all, body);
                List<TimedHistogram> read = [];
                return HistogramChunk.TryDecode(timesColumn.Written, body.Written, all.Length, read)
                    && read.Count == all.Length
                    && read.Zip(all).All(pair => pair.First.TimestampMs == pair.Second.TimestampMs
                        && pair.First.StartMs == pair.Second.StartMs
                            && Same(pair.First.Histogram, pair.Second.Histogram));
            },
            threads: 1);
    }

    /// <summary>Whether two histograms are alike to the bit; of stale ones only that they are.</summary>
    internal static bool Same(NativeHistogram left, NativeHistogram right) =>
        left.IsStale
            ? right.IsStale
            : HistogramCodec.HasSameLayout(left, right)
                && left.Sum.Equals(right.Sum) && left.Count.Equals(right.Count)
                    && left.ZeroCount.Equals(right.ZeroCount)
                && left.ResetHint == right.ResetHint
                && left.PositiveBuckets.SequenceEqual(right.PositiveBuckets)
                && left.NegativeBuckets.SequenceEqual(right.NegativeBuckets);

    private static NativeHistogram Vary(NativeHistogram layout, double sum, int index)
    {
        if (layout.IsStale || index % 13 == 12) return new NativeHistogram { Sum = SpecialValues.StaleNaN };
        NativeHistogram next = layout.Clone();
        next.Sum = sum;
        next.Count += index;
        next.ResetHint = (CounterResetHint)(index % 4);
        for (int bucket = 0; bucket < next.PositiveBuckets.Length; bucket++)
            next.PositiveBuckets[bucket] += index * bucket;
        return next;
    }

    private static NativeHistogram Exponential(
        int schema, int positive, int negative, double sum, double[] counts, int hint) => new()
    {
        Schema = schema,
        ZeroThreshold = 1e-128,
        ZeroCount = counts[0],
        Count = counts[1],
        Sum = sum,
        ResetHint = (CounterResetHint)hint,
        PositiveSpans = positive == 0 ? [] : [new BucketSpan(-2, positive)],
        PositiveBuckets = counts[..positive],
        NegativeSpans = negative < 2 ? [] : [new BucketSpan(0, 1), new BucketSpan(3, negative - 1)],
        NegativeBuckets = negative < 2 ? [] : counts[..negative],
    };

    private static NativeHistogram Custom(double sum, double[] counts) => new()
    {
        Schema = NativeHistogram.CustomSchema,
        Count = counts[0],
        Sum = sum,
        CustomBounds = [0.1, 0.5, 1, 5],
        PositiveSpans = [new BucketSpan(0, 5)],
        PositiveBuckets = counts[..5],
    };
}
