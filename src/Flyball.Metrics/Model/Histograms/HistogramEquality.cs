namespace Flyball.Metrics.Model.Histograms;

/// <summary>Compares histograms for the <c>==</c> operator and <c>changes()</c>: all bits but the reset hint.</summary>
internal static class HistogramEquality
{
    public static bool AreEqual(NativeHistogram left, NativeHistogram right)
    {
        if (ReferenceEquals(left, right)) return true;
        return left.Schema == right.Schema
            && SameBits(left.Count, right.Count)
            && SameBits(left.Sum, right.Sum)
            && left.ZeroThreshold == right.ZeroThreshold
            && SameBits(left.ZeroCount, right.ZeroCount)
            && BucketBounds.AreSame(left.CustomBounds, right.CustomBounds)
            && SameIndices(left.PositiveSpans, right.PositiveSpans)
            && SameIndices(left.NegativeSpans, right.NegativeSpans)
            && SameBits(left.PositiveBuckets, right.PositiveBuckets)
            && SameBits(left.NegativeBuckets, right.NegativeBuckets);
    }

    /// <summary>Whether spans describe the same buckets, however they are cut.</summary>
    public static bool SameIndices(BucketSpan[] left, BucketSpan[] right)
    {
        if (left.AsSpan().SequenceEqual(right)) return true;
        var a = new SpanCursor(left);
        var b = new SpanCursor(right);
        while (true)
        {
            bool hasA = a.MoveNext(), hasB = b.MoveNext();
            if (hasA != hasB) return false;
            if (!hasA) return true;
            if (a.Index != b.Index) return false;
        }
    }

    private static bool SameBits(double left, double right) =>
        BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right);

    private static bool SameBits(double[] left, double[] right)
    {
        if (left.Length != right.Length) return false;
        for (int i = 0; i < left.Length; i++)
        {
            if (!SameBits(left[i], right[i])) return false;
        }

        return true;
    }
}
