using Flyball.Base.Codecs;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// Encodes native histograms: as <c>prometheus.Histogram</c>, and the fields of the same meaning of
/// <c>io.prometheus.client.Histogram</c>.
/// </summary>
internal static class HistogramEncoder
{
    /// <summary>
    /// Appends the content of a <c>prometheus.Histogram</c>: of integers when all counts are whole, as Prometheus 3.5
    /// fails with a nil pointer when it selects a range of float histograms that it reads remotely. Custom buckets are
    /// always of floats: it leaves out the bounds of integer ones, and answers wrongly without an error.
    /// </summary>
    public static void Write(ProtoWriter to, long timestampMs, NativeHistogram histogram)
    {
        bool isInteger = histogram.HasWholeCounts && !histogram.UsesCustomBuckets;
        if (isInteger) to.VarUInt(1, (ulong)histogram.Count);
        else to.Double(2, histogram.Count);
        to.Double(3, histogram.Sum);
        to.ZigZag(4, histogram.Schema);
        to.Double(5, histogram.ZeroThreshold);
        if (isInteger) to.VarUInt(6, (ulong)histogram.ZeroCount);
        else to.Double(7, histogram.ZeroCount);
        WriteSpans(to, 8, histogram.NegativeSpans);
        if (isInteger) WriteDeltas(to, 9, histogram.NegativeBuckets);
        else to.Doubles(10, histogram.NegativeBuckets);
        WriteSpans(to, 11, histogram.PositiveSpans);
        if (isInteger) WriteDeltas(to, 12, histogram.PositiveBuckets);
        else to.Doubles(13, histogram.PositiveBuckets);
        to.VarUInt(14, (ulong)histogram.ResetHint);
        to.VarUInt(15, (ulong)timestampMs);
        to.Doubles(16, histogram.CustomBounds);
    }

    /// <summary>Appends the spans and the counts of one sign.</summary>
    public static void WriteSide(
        ProtoWriter to, int spansField, int countsField, ReadOnlySpan<BucketSpan> spans, ReadOnlySpan<double> counts)
    {
        WriteSpans(to, spansField, spans);
        to.Doubles(countsField, counts);
    }

    private static void WriteSpans(ProtoWriter to, int field, ReadOnlySpan<BucketSpan> spans)
    {
        foreach (BucketSpan span in spans)
        {
            int start = to.Begin(field);
            to.ZigZag(1, span.Offset);
            to.VarUInt(2, (ulong)span.Length);
            to.End(start);
        }
    }

    /// <summary>A packed list of the differences between neighbours, which are whole; nothing when empty.</summary>
    private static void WriteDeltas(ProtoWriter to, int field, ReadOnlySpan<double> counts)
    {
        if (counts.IsEmpty) return;
        int start = to.Begin(field);
        long last = 0;
        foreach (double count in counts)
        {
            to.Destination.VarUInt(VarInt.ZigZag((long)count - last));
            last = (long)count;
        }

        to.End(start);
    }
}
