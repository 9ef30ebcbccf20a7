using Flyball.Base.Codecs;
using Flyball.Contracts.Metrics;

namespace Flyball.Contracts.Telemetry;

/// <summary>A native histogram as bytes and back, part of <see cref="SampleColumns"/>.</summary>
internal static class HistogramColumns
{
    public static void Write(ByteBuffer buffer, MetricHistogram value)
    {
        buffer.Double(value.Count);
        buffer.Double(value.Sum);
        buffer.VarLong(value.Scale);
        buffer.Double(value.ZeroThreshold);
        buffer.Double(value.ZeroCount);
        Write(buffer, value.Positive);
        Write(buffer, value.Negative);
        buffer.VarUInt((ulong)value.Bounds.Count);
        foreach (double bound in value.Bounds) buffer.Double(bound);
    }

    public static MetricHistogram Read(ref ByteReader reader) => new()
    {
        Count = reader.Double(),
        Sum = reader.Double(),
        Scale = (int)reader.VarLong(),
        ZeroThreshold = reader.Double(),
        ZeroCount = reader.Double(),
        Positive = ReadBuckets(ref reader),
        Negative = ReadBuckets(ref reader),
        Bounds = ReadDoubles(ref reader),
    };

    private static void Write(ByteBuffer buffer, MetricBuckets buckets)
    {
        buffer.VarLong(buckets.FirstIndex);
        buffer.VarUInt((ulong)buckets.Counts.Count);
        foreach (double count in buckets.Counts) buffer.Double(count);
    }

    private static MetricBuckets ReadBuckets(ref ByteReader reader) =>
        new((int)reader.VarLong(), ReadDoubles(ref reader));

    private static double[] ReadDoubles(ref ByteReader reader)
    {
        var values = new double[reader.Count(reader.RemainingBytes / sizeof(double))];
        for (int i = 0; i < values.Length; i++) values[i] = reader.Double();
        return values;
    }
}
