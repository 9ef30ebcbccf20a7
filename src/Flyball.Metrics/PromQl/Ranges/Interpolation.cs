using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;

namespace Flyball.Metrics.PromQl.Ranges;

/// <summary>Values between two samples, on a straight line.</summary>
internal static class Interpolation
{
    /// <summary>A counter that fell was reset: it is taken to rise from zero.</summary>
    public static double Between(
        long timeBefore, double before, long timeAfter, double after, long atMs, bool isCounter)
    {
        if (isCounter && after < before) before = 0;
        return before + ((after - before) * (atMs - timeBefore) / (timeAfter - timeBefore));
    }

    /// <summary>Null, with a warning, when the layouts cannot be combined.</summary>
    public static NativeHistogram? Between(
        long timeBefore,
        NativeHistogram before,
        long timeAfter,
        NativeHistogram after,
        long atMs,
        bool isCounter,
        HistogramNoting noting)
    {
        if (atMs == timeBefore) return before;
        if (atMs == timeAfter) return after;
        double fraction = (double)(atMs - timeBefore) / (timeAfter - timeBefore);
        if (isCounter && HistogramResets.IsReset(after, before)) return HistogramArithmetic.Multiply(after, fraction);
        NativeHistogram? difference = noting.TrySubtract(after, before);
        return difference is null ? null : noting.TryAdd(HistogramArithmetic.Multiply(difference, fraction), before);
    }
}
