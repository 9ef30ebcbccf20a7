using Flyball.Metrics.Model;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.RemoteWrite;

/// <summary>
/// Decodes <c>prometheus.Histogram</c>: integer histograms hold deltas between buckets, float ones counts.
/// </summary>
internal static class HistogramDecoder
{
    public static bool TryDecode(ReadOnlySpan<byte> message, SampleBatch batch)
    {
        var fields = new ProtoReader(message);
        var histogram = new NativeHistogram();
        var positive = new Side();
        var negative = new Side();
        var bounds = new List<double>();
        long timestampMs = 0;
        while (fields.TryNext())
        {
            switch (fields.Field)
            {
                case 1 when fields.WireType == 0: histogram.Count = fields.VarUInt(); break;
                case 2 when fields.WireType == 1: histogram.Count = fields.Double(); break;
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
                case 16: Side.ReadDoubles(ref fields, bounds); break;
                default: fields.Skip(); break;
            }
        }

        histogram.PositiveSpans = [.. positive.Spans];
        histogram.NegativeSpans = [.. negative.Spans];
        histogram.PositiveBuckets = positive.Buckets();
        histogram.NegativeBuckets = negative.Buckets();
        histogram.CustomBounds = [.. bounds];
        batch.Add(timestampMs, histogram);
        return !fields.IsFailed;
    }

    /// <summary>Spans and buckets of one sign.</summary>
    private sealed class Side
    {
        private readonly List<double> _counts = [];
        private long _last;

        public List<BucketSpan> Spans { get; } = [];

        public double[] Buckets() => [.. _counts];

        /// <param name="fields">Stands on the field.</param>
        /// <param name="kind">0 a span, 1 deltas, 2 counts.</param>
        public void Read(ref ProtoReader fields, int kind)
        {
            if (kind == 0) ReadSpan(fields.Sized());
            else if (kind == 2) ReadDoubles(ref fields, _counts);
            else if (fields.WireType == 0) AddDelta(fields.ZigZag());
            else
            {
                var packed = new ProtoReader(fields.Sized());
                while (!packed.IsAtEnd) AddDelta(packed.ZigZag());
            }
        }

        public static void ReadDoubles(ref ProtoReader fields, List<double> into)
        {
            if (fields.WireType == 1)
            {
                into.Add(fields.Double());
                return;
            }

            var packed = new ProtoReader(fields.Sized());
            while (!packed.IsAtEnd) into.Add(packed.Double());
        }

        private void AddDelta(long delta) => _counts.Add(_last += delta);

        private void ReadSpan(ReadOnlySpan<byte> message)
        {
            var fields = new ProtoReader(message);
            long offset = 0;
            ulong length = 0;
            while (fields.TryNext())
            {
                if (fields.Field == 1 && fields.WireType == 0) offset = fields.ZigZag();
                else if (fields.Field == 2 && fields.WireType == 0) length = fields.VarUInt();
                else fields.Skip();
            }

            Spans.Add(new BucketSpan((int)offset, (int)Math.Min(length, int.MaxValue)));
        }
    }
}
