using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// Decodes <c>prometheus.Histogram</c> and its twin of remote write 2.0, which has a start time as well.
/// </summary>
internal static class HistogramDecoder
{
    public static bool TryDecode(ReadOnlySpan<byte> message, SampleBatch batch)
    {
        var fields = new ProtoReader(message);
        var histogram = new NativeHistogram { IsInteger = true };
        var positive = new HistogramSide();
        var negative = new HistogramSide();
        var bounds = new List<double>();
        long timestampMs = 0;
        long startMs = 0;
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 1 when fields.WireType == 0: histogram.Count = fields.VarUInt(); break;
                case 2 when fields.WireType == 1:
                    (histogram.Count, histogram.IsInteger) = (fields.Double(), false);
                    break;
                case 3 when fields.WireType == 1: histogram.Sum = fields.Double(); break;
                case 4 when fields.WireType == 0: histogram.Schema = (int)fields.ZigZag(); break;
                case 5 when fields.WireType == 1: histogram.ZeroThreshold = fields.Double(); break;
                case 6 when fields.WireType == 0: histogram.ZeroCount = fields.VarUInt(); break;
                case 7 when fields.WireType == 1: histogram.ZeroCount = fields.Double(); break;
                case >= 8 and <= 10: negative.Read(ref fields, fields.Field - 8); break;
                case >= 11 and <= 13: positive.Read(ref fields, fields.Field - 11); break;
                case 14 when fields.WireType == 0:
                    histogram.ResetHint = (CounterResetHint)(fields.VarUInt() & 3);
                    break;
                case 15 when fields.WireType == 0: timestampMs = (long)fields.VarUInt(); break;
                case 16: HistogramSide.ReadDoubles(ref fields, bounds); break;
                case 17 when fields.WireType == 0: startMs = (long)fields.VarUInt(); break;
                default: fields.Skip(); break;
            }
        }

        histogram.PositiveSpans = [.. positive.Spans];
        histogram.NegativeSpans = [.. negative.Spans];
        histogram.PositiveBuckets = positive.Buckets();
        histogram.NegativeBuckets = negative.Buckets();
        histogram.CustomBounds = [.. bounds];
        batch.Add(timestampMs, histogram, startMs);
        return !fields.IsFailed;
    }
}
