using Flyball.Base.Codecs;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// One histogram on its own, as the WAL and the open run of the head hold it: layout and counts, integers as varint
/// deltas. The layout is in <c>docs/formats/chunks.md</c>.
/// </summary>
internal static class HistogramCodec
{
    private const int HintMask = 3;
    private const int Stale = 4;
    private const int Integers = 8;

    public static void Write(ByteBuffer destination, NativeHistogram histogram)
    {
        bool isInteger = histogram.HasWholeCounts;
        int flags = (int)histogram.ResetHint | (histogram.IsStale ? Stale : 0) | (isInteger ? Integers : 0);
        destination.Byte((byte)flags);
        if (histogram.IsStale) return;
        WriteLayout(destination, histogram);
        destination.Double(histogram.Sum);
        WriteCount(destination, histogram.Count, isInteger);
        WriteCount(destination, histogram.ZeroCount, isInteger);
        WriteBuckets(destination, histogram.PositiveBuckets, isInteger);
        WriteBuckets(destination, histogram.NegativeBuckets, isInteger);
    }

    /// <summary>Null when the bytes are no histogram.</summary>
    public static NativeHistogram? TryRead(ref ByteReader reader)
    {
        int flags = reader.Byte();
        if (reader.IsFailed) return null;
        var hint = (CounterResetHint)(flags & HintMask);
        if ((flags & Stale) != 0) return new NativeHistogram { Sum = SpecialValues.StaleNaN, ResetHint = hint };
        NativeHistogram? histogram = TryReadLayout(ref reader);
        if (histogram is null) return null;
        bool isInteger = (flags & Integers) != 0;
        histogram.ResetHint = hint;
        histogram.Sum = reader.Double();
        histogram.Count = ReadCount(ref reader, isInteger);
        histogram.ZeroCount = ReadCount(ref reader, isInteger);
        histogram.PositiveBuckets = ReadBuckets(ref reader, histogram.PositiveSpans, isInteger);
        histogram.NegativeBuckets = ReadBuckets(ref reader, histogram.NegativeSpans, isInteger);
        return reader.IsFailed ? null : histogram;
    }

    /// <summary>Schema, zero threshold, spans and custom bounds: what histograms of one chunk share.</summary>
    public static void WriteLayout(ByteBuffer destination, NativeHistogram histogram)
    {
        destination.VarLong(histogram.Schema);
        destination.Double(histogram.ZeroThreshold);
        WriteSpans(destination, histogram.PositiveSpans);
        WriteSpans(destination, histogram.NegativeSpans);
        destination.VarUInt((ulong)histogram.CustomBounds.Length);
        foreach (double bound in histogram.CustomBounds) destination.Double(bound);
    }

    public static NativeHistogram? TryReadLayout(ref ByteReader reader)
    {
        var histogram = new NativeHistogram
        {
            Schema = (int)reader.VarLong(),
            ZeroThreshold = reader.Double(),
            PositiveSpans = ReadSpans(ref reader),
            NegativeSpans = ReadSpans(ref reader),
            CustomBounds = ReadBounds(ref reader),
        };
        return reader.IsFailed ? null : histogram;
    }

    /// <summary>Whether both may share a chunk.</summary>
    public static bool HasSameLayout(NativeHistogram left, NativeHistogram right) =>
        left.Schema == right.Schema
        && left.ZeroThreshold.Equals(right.ZeroThreshold)
        && left.PositiveSpans.AsSpan().SequenceEqual(right.PositiveSpans)
        && left.NegativeSpans.AsSpan().SequenceEqual(right.NegativeSpans)
        && left.CustomBounds.AsSpan().SequenceEqual(right.CustomBounds);

    /// <summary>Whether spans, buckets and bounds agree and are within limits.</summary>
    public static bool IsWellFormed(NativeHistogram histogram) =>
        HasOrderedSpans(histogram.PositiveSpans, histogram.PositiveBuckets.Length)
        && HasOrderedSpans(histogram.NegativeSpans, histogram.NegativeBuckets.Length)
        && (histogram.UsesCustomBuckets
            ? HasGoodBounds(histogram)
            : histogram.Schema is >= NativeHistogram.MinSchema and <= NativeHistogram.MaxSchema
                && histogram.CustomBounds.Length == 0);

    private static bool HasOrderedSpans(BucketSpan[] spans, int bucketCount)
    {
        if (BucketCount(spans) != bucketCount) return false;
        long index = 0;
        for (int at = 0; at < spans.Length; at++)
        {
            // Only the first span may start anywhere; a later one cannot lie before the end of the one before it.
            if (at > 0 && spans[at].Offset < 0) return false;
            index += (long)spans[at].Offset + spans[at].Length;
        }

        return Math.Abs(index) <= int.MaxValue / 2;
    }

    /// <summary>
    /// Custom buckets have rising bounds, all their spans within them, and no negative or zero bucket.
    /// </summary>
    private static bool HasGoodBounds(NativeHistogram histogram)
    {
        double[] bounds = histogram.CustomBounds;
        if (bounds.Length > ChunkLimits.BucketsMax || histogram.NegativeSpans.Length > 0) return false;
        if (histogram.ZeroCount != 0 || histogram.ZeroThreshold != 0) return false;
        for (int at = 0; at < bounds.Length; at++)
        {
            if (!double.IsFinite(bounds[at]) || (at > 0 && bounds[at] <= bounds[at - 1])) return false;
        }

        long end = histogram.PositiveSpans.Sum(span => (long)span.Offset + span.Length);
        bool startsWithin = histogram.PositiveSpans.Length == 0 || histogram.PositiveSpans[0].Offset >= 0;
        return startsWithin && end <= bounds.Length + 1;
    }

    /// <summary>Buckets of all spans, or -1 when a length is negative or the sum beyond the limit.</summary>
    public static int BucketCount(BucketSpan[] spans)
    {
        long sum = 0;
        foreach (BucketSpan span in spans)
        {
            if (span.Length < 0) return -1;
            sum += span.Length;
        }

        return sum <= ChunkLimits.BucketsMax ? (int)sum : -1;
    }

    private static void WriteSpans(ByteBuffer destination, BucketSpan[] spans)
    {
        destination.VarUInt((ulong)spans.Length);
        foreach (BucketSpan span in spans)
        {
            destination.VarLong(span.Offset);
            destination.VarUInt((ulong)span.Length);
        }
    }

    private static BucketSpan[] ReadSpans(ref ByteReader reader)
    {
        // Each span takes two bytes at least, so the remaining bytes bound the array.
        var spans = new BucketSpan[reader.Count(reader.RemainingBytes / 2)];
        for (int index = 0; index < spans.Length; index++)
            spans[index] = new BucketSpan((int)reader.VarLong(), reader.Count(ChunkLimits.BucketsMax));
        return spans;
    }

    private static double[] ReadBounds(ref ByteReader reader)
    {
        double[] bounds = new double[reader.Count(reader.RemainingBytes / 8)];
        for (int index = 0; index < bounds.Length; index++) bounds[index] = reader.Double();
        return bounds;
    }

    private static void WriteCount(ByteBuffer destination, double value, bool isInteger)
    {
        if (isInteger) destination.VarUInt((ulong)value);
        else destination.Double(value);
    }

    private static double ReadCount(ref ByteReader reader, bool isInteger) =>
        isInteger ? reader.VarUInt() : reader.Double();

    private static void WriteBuckets(ByteBuffer destination, double[] buckets, bool isInteger)
    {
        long last = 0;
        foreach (double bucket in buckets)
        {
            if (isInteger) destination.VarLong((long)bucket - last);
            else destination.Double(bucket);
            last = isInteger ? (long)bucket : 0;
        }
    }

    private static double[] ReadBuckets(ref ByteReader reader, BucketSpan[] spans, bool isInteger)
    {
        int count = BucketCount(spans);
        // A bucket takes a byte at least.
        if (count < 0 || count > reader.RemainingBytes)
        {
            _ = reader.Bytes(int.MaxValue);
            return [];
        }

        double[] buckets = new double[count];
        long last = 0;
        for (int index = 0; index < count; index++)
            buckets[index] = isInteger ? last += reader.VarLong() : reader.Double();
        return buckets;
    }
}
