using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Annotating;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>
/// The buckets of one classic histogram at one step: upper bounds in rising order and cumulative counts. Reused from
/// step to step.
/// </summary>
internal sealed class ClassicBuckets
{
    /// <summary>Counts that differ by less, relative to their sum, are taken to be equal.</summary>
    private const double Tolerance = 1e-12;

    private const double SmallestNormal = 2.2250738585072014E-308;

    private double[] bounds = new double[16];
    private double[] counts = new double[16];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    /// <summary>Adds a bucket whose bound is at least the last one's; equal bounds add up.</summary>
    public void Add(double bound, double count)
    {
        if (Count > 0 && bounds[Count - 1] == bound)
        {
            counts[Count - 1] += count;
            return;
        }

        if (Count == bounds.Length)
        {
            Array.Resize(ref bounds, Count * 2);
            Array.Resize(ref counts, Count * 2);
        }

        bounds[Count] = bound;
        counts[Count] = count;
        Count++;
    }

    /// <summary>The quantile, and where counts had to be levelled to find it.</summary>
    public double Quantile(double quantile, out BucketRepair? repair)
    {
        repair = null;
        if (double.IsNaN(quantile)) return SpecialValues.NormalNaN;
        if (quantile < 0) return double.NegativeInfinity;
        if (quantile > 1) return double.PositiveInfinity;
        if (!double.IsPositiveInfinity(bounds[Count - 1])) return SpecialValues.NormalNaN;
        repair = MakeMonotonic();
        double observations = counts[Count - 1];
        if (Count < 2 || observations == 0) return SpecialValues.NormalNaN;
        double rank = quantile * observations;
        int found = FirstWithCount(rank);
        if (found == Count - 1) return bounds[Count - 2];
        if (found == 0 && bounds[0] <= 0) return bounds[0];
        double start = 0, count = counts[found];
        if (found > 0)
        {
            start = bounds[found - 1];
            count -= counts[found - 1];
            rank -= counts[found - 1];
        }

        return start + ((bounds[found] - start) * (rank / count));
    }

    public double Fraction(double lower, double upper)
    {
        if (!double.IsPositiveInfinity(bounds[Count - 1])) return SpecialValues.NormalNaN;
        double count = counts[Count - 1];
        if (count == 0 || double.IsNaN(lower) || double.IsNaN(upper)) return SpecialValues.NormalNaN;
        if (lower >= upper) return 0;
        return (Math.Min(RankOf(upper), count) - Math.Min(RankOf(lower), count)) / count;
    }

    private int FirstWithCount(double rank)
    {
        int low = 0, high = Count - 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (counts[middle] >= rank) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private double RankOf(double value)
    {
        double rank = 0;

        // A first bucket that ends above zero is taken to begin there.
        double lower = bounds[0] <= 0 ? double.NegativeInfinity : 0;
        for (int i = 0; i < Count; i++)
        {
            if (i > 0) lower = bounds[i - 1];
            if (lower >= value) return rank;
            if (bounds[i] > value)
            {
                return double.IsNegativeInfinity(lower)
                    ? counts[i]
                    : rank + ((counts[i] - rank) * (value - lower) / (bounds[i] - lower));
            }

            rank = counts[i];
        }

        return double.PositiveInfinity;
    }

    /// <summary>
    /// Cumulative counts must not fall. Tiny differences are rounding and are levelled silently; real falls are
    /// levelled and reported.
    /// </summary>
    private BucketRepair? MakeMonotonic()
    {
        BucketRepair? repair = null;
        double previous = counts[0];
        for (int i = 1; i < Count; i++)
        {
            double current = counts[i];
            if (current == previous) continue;
            bool isRounding = AreClose(previous, current);
            if (!isRounding && !(current < previous))
            {
                previous = current;
                continue;
            }

            counts[i] = previous;
            if (isRounding) continue;
            BucketRepair sofar = repair ?? new BucketRepair(double.PositiveInfinity, double.NegativeInfinity, 0);
            repair = new BucketRepair(
                Math.Min(sofar.MinBound, bounds[i]),
                Math.Max(sofar.MaxBound, bounds[i]),
                Math.Max(sofar.MaxDrop, previous - current));
        }

        return repair;
    }

    private static bool AreClose(double a, double b)
    {
        if (double.IsNaN(a) && double.IsNaN(b)) return true;
        double sum = Math.Abs(a) + Math.Abs(b), difference = Math.Abs(a - b);
        if (a == 0 || b == 0 || sum < SmallestNormal) return difference < Tolerance * SmallestNormal;
        return difference / Math.Min(sum, double.MaxValue) < Tolerance;
    }
}
