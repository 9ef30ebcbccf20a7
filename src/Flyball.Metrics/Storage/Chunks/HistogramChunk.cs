using Flyball.Base.Codecs;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// A sealed chunk of histograms that share a layout: the layout once, then a column each for hints, sums, counts and
/// every bucket. The layout is in <c>docs/formats/chunks.md</c>.
/// </summary>
internal sealed class HistogramChunk
{
    private readonly FloatChunkEncoder _floats = new();
    private readonly ValueColumnEncoder _values = new();
    private readonly IntegerColumnEncoder _integers = new();
    private readonly ByteBuffer _column = new(256);
    private readonly double[] _row = new double[ChunkLimits.SamplesMax];
    private readonly long[] _starts = new long[ChunkLimits.SamplesMax];

    /// <summary>Appends the body: the timestamps are written apart, as for floats.</summary>
    /// <param name="histograms">At most <see cref="ChunkLimits.SamplesMax"/>; stale ones may have any layout.</param>
    /// <param name="destination">Takes the bytes.</param>
    public void Encode(ReadOnlySpan<TimedHistogram> histograms, ByteBuffer destination)
    {
        NativeHistogram layout = LayoutOf(histograms);
        HistogramCodec.WriteLayout(destination, layout);
        int count = histograms.Length;
        for (int index = 0; index < count; index++)
        {
            _row[index] = histograms[index].Histogram.Sum;
            _starts[index] = histograms[index].StartMs;
        }

        _column.Clear();
        _floats.EncodeBody(_row.AsSpan(0, count), _starts.AsSpan(0, count), _column);
        destination.Sized(_column.Written);
        for (int index = 0; index < count; index++) _starts[index] = (long)histograms[index].Histogram.ResetHint;
        _column.Clear();
        _integers.Encode(_starts.AsSpan(0, count), _column);
        destination.Sized(_column.Written);
        WriteColumn(histograms, destination, static (histogram, _) => histogram.Count, 0);
        WriteColumn(histograms, destination, static (histogram, _) => histogram.ZeroCount, 0);
        for (int bucket = 0; bucket < layout.PositiveBuckets.Length; bucket++)
            WriteColumn(histograms, destination, static (histogram, at) => histogram.PositiveBuckets[at], bucket);
        for (int bucket = 0; bucket < layout.NegativeBuckets.Length; bucket++)
            WriteColumn(histograms, destination, static (histogram, at) => histogram.NegativeBuckets[at], bucket);
    }

    /// <summary>Decodes behind the list's end; false when the bytes are no such chunk.</summary>
    public static bool TryDecode(
        ReadOnlySpan<byte> times, ReadOnlySpan<byte> body, int count, List<TimedHistogram> into)
    {
        if (count is <= 0 or > ChunkLimits.SamplesMax) return false;
        var reader = new ByteReader(body);
        NativeHistogram? layout = HistogramCodec.TryReadLayout(ref reader);
        if (layout is null) return false;
        int positive = HistogramCodec.BucketCount(layout.PositiveSpans);
        int negative = HistogramCodec.BucketCount(layout.NegativeSpans);
        // Each bucket has a column of a few bytes, which bounds what is allocated for corrupt spans.
        if (positive < 0 || negative < 0 || positive + negative > reader.RemainingBytes) return false;
        var sums = new SampleBuffer();
        long[] hints = new long[count];
        if (!FloatChunk.TryDecode(times, reader.Sized(), count, sums)
            || !IntegerColumn.TryDecode(reader.Sized(), hints)) return false;
        double[][] columns = new double[2 + positive + negative][];
        for (int index = 0; index < columns.Length; index++)
        {
            columns[index] = new double[count];
            if (!ValueColumn.TryDecode(reader.Sized(), columns[index], new long[count])) return false;
        }

        if (reader.IsFailed) return false;
        for (int index = 0; index < count; index++)
            into.Add(new TimedHistogram(sums.TimestampsMs[index], sums.StartsMs[index],
                Assemble(layout, sums.Values[index], hints[index], columns, positive, index)));
        return true;
    }

    /// <summary>Whether a histogram may join a chunk that begins with another: a stale one always may.</summary>
    public static bool CanShare(NativeHistogram layout, NativeHistogram next) =>
        next.IsStale || layout.IsStale || HistogramCodec.HasSameLayout(layout, next);

    /// <summary>The layout of a run: its first histogram that is not stale.</summary>
    public static NativeHistogram LayoutOf(ReadOnlySpan<TimedHistogram> histograms)
    {
        foreach (ref readonly TimedHistogram timed in histograms)
        {
            if (!timed.Histogram.IsStale) return timed.Histogram;
        }

        return new NativeHistogram();
    }

    private static NativeHistogram Assemble(
        NativeHistogram layout, double sum, long hint, double[][] columns, int positive, int index)
    {
        var resetHint = (CounterResetHint)(hint & 3);
        if (SpecialValues.IsStale(sum)) return new NativeHistogram { Sum = sum, ResetHint = resetHint };
        return new NativeHistogram
        {
            Schema = layout.Schema,
            ZeroThreshold = layout.ZeroThreshold,
            PositiveSpans = layout.PositiveSpans,
            NegativeSpans = layout.NegativeSpans,
            CustomBounds = layout.CustomBounds,
            ResetHint = resetHint,
            Sum = sum,
            Count = columns[0][index],
            ZeroCount = columns[1][index],
            PositiveBuckets = Row(columns.AsSpan(2, positive), index),
            NegativeBuckets = Row(columns.AsSpan(2 + positive), index),
        };
    }

    private static double[] Row(ReadOnlySpan<double[]> columns, int index)
    {
        if (columns.IsEmpty) return [];
        double[] row = new double[columns.Length];
        for (int column = 0; column < row.Length; column++) row[column] = columns[column][index];
        return row;
    }

    /// <summary>A stale histogram has no buckets: it repeats the value before, which costs nothing.</summary>
    private void WriteColumn(
        ReadOnlySpan<TimedHistogram> histograms, ByteBuffer destination, Func<NativeHistogram, int, double> select,
        int bucket)
    {
        double last = 0;
        for (int index = 0; index < histograms.Length; index++)
        {
            NativeHistogram histogram = histograms[index].Histogram;
            if (!histogram.IsStale) last = select(histogram, bucket);
            _row[index] = last;
        }

        _column.Clear();
        _values.Encode(_row.AsSpan(0, histograms.Length), _column);
        destination.Sized(_column.Written);
    }
}
