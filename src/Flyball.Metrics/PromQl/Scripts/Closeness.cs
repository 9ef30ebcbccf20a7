using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>Compares results with what a script expects: floats may differ by a millionth of their sum.</summary>
internal static class Closeness
{
    private const double Tolerance = 0.000001;
    private const double SmallestNormal = 2.2250738585072014E-308;

    public static bool AreClose(double a, double b)
    {
        if (SpecialValues.IsStale(a) || SpecialValues.IsStale(b))
            return SpecialValues.IsStale(a) && SpecialValues.IsStale(b);
        if ((double.IsNaN(a) && double.IsNaN(b)) || a == b) return true;
        double sum = Math.Abs(a) + Math.Abs(b), difference = Math.Abs(a - b);
        if (a == 0 || b == 0 || sum < SmallestNormal) return difference < Tolerance * SmallestNormal;
        return difference / Math.Min(sum, double.MaxValue) < Tolerance;
    }

    public static bool AreClose(NativeHistogram expected, NativeHistogram actual, bool comparesHint)
    {
        expected = HistogramArithmetic.Compact(expected);
        actual = HistogramArithmetic.Compact(actual);
        return expected.Schema == actual.Schema
            && AreClose(expected.Count, actual.Count)
            && AreClose(expected.Sum, actual.Sum)
            && expected.ZeroThreshold == actual.ZeroThreshold
            && AreClose(expected.ZeroCount, actual.ZeroCount)
            && BucketBounds.AreSame(expected.CustomBounds, actual.CustomBounds)
            && HistogramEquality.SameIndices(expected.PositiveSpans, actual.PositiveSpans)
            && HistogramEquality.SameIndices(expected.NegativeSpans, actual.NegativeSpans)
            && AreClose(expected.PositiveBuckets, actual.PositiveBuckets)
            && AreClose(expected.NegativeBuckets, actual.NegativeBuckets)
            && (!comparesHint || expected.ResetHint == actual.ResetHint);
    }

    private static bool AreClose(double[] a, double[] b)
    {
        if (a.Length != b.Length) return false;
        for (int i = 0; i < a.Length; i++)
        {
            if (!AreClose(a[i], b[i])) return false;
        }

        return true;
    }
}
