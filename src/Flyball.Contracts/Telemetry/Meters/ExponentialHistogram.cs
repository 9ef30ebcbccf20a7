using Flyball.Contracts.Metrics;

namespace Flyball.Contracts.Telemetry.Meters;

/// <summary>
/// A native histogram as it grows: buckets of a factor 2^(2^-scale), at first 1.09, made coarser when the values spread
/// over more than <see cref="BucketsMax"/> of them. Thread-safe.
/// </summary>
internal sealed class ExponentialHistogram
{
    /// <summary>Buckets of one histogram at most; with the first scale they span six orders of magnitude.</summary>
    public const int BucketsMax = 160;

    private const int FirstScale = 3;
    private const int LastScale = -4;

    private readonly Lock gate = new();
    private long[] counts = new long[8];
    private int length;
    private int firstIndex;
    private int scale = FirstScale;
    private long count;
    private long zeros;
    private double sum;

    /// <summary>Values that are no finite number are left out; what is not above zero counts as zero.</summary>
    public void Record(double value)
    {
        if (!double.IsFinite(value)) return;
        lock (gate)
        {
            count++;
            sum += value;
            if (value <= 0)
            {
                zeros++;
                return;
            }

            // Making room may replace the array, so that comes first.
            int slot = Slot(value);
            counts[slot]++;
        }
    }

    public MetricHistogram Read()
    {
        lock (gate)
        {
            var buckets = new double[length];
            for (int i = 0; i < length; i++) buckets[i] = counts[i];
            return new MetricHistogram
            {
                Count = count,
                Sum = sum,
                Scale = scale,
                ZeroCount = zeros,
                Positive = length == 0 ? MetricBuckets.None : new MetricBuckets(firstIndex, buckets),
            };
        }
    }

    /// <summary>The value's place; makes room for it.</summary>
    private int Slot(double value)
    {
        while (true)
        {
            int index = (int)Math.Ceiling(Math.Log2(value) * Math.Pow(2, scale));
            if (length == 0) (firstIndex, length) = (index, 1);
            int first = Math.Min(firstIndex, index);
            int needed = Math.Max(firstIndex + length - 1, index) - first + 1;
            if (needed > BucketsMax && scale > LastScale)
            {
                Coarsen();
                continue;
            }

            if (first < firstIndex || needed > length) Extend(first, needed);
            return index - firstIndex;
        }
    }

    private void Extend(int first, int needed)
    {
        long[] target = needed > counts.Length ? new long[Math.Min(BucketsMax, Math.Max(needed, counts.Length * 2))]
            : counts;
        int shift = firstIndex - first;
        counts.AsSpan(0, length).CopyTo(target.AsSpan(shift));
        if (ReferenceEquals(target, counts)) target.AsSpan(0, shift).Clear();
        (counts, firstIndex, length) = (target, first, needed);
    }

    /// <summary>Two neighbours become one: the bucket that ends at index i ends at half of i, rounded up.</summary>
    private void Coarsen()
    {
        var target = new long[counts.Length];
        int first = (firstIndex + 1) >> 1;
        for (int i = 0; i < length; i++) target[((firstIndex + i + 1) >> 1) - first] += counts[i];
        length = ((firstIndex + length) >> 1) - first + 1;
        (counts, firstIndex) = (target, first);
        scale--;
    }
}
