namespace Flyball.Metrics.Model.Histograms;

/// <summary>Histograms with buckets of their own, in the classic form.</summary>
internal static class CumulativeBuckets
{
    /// <summary>The counts up to each bound, the infinite one last.</summary>
    public static IEnumerable<(double Upper, double Count)> Of(NativeHistogram histogram)
    {
        double[] counts = new double[histogram.CustomBounds.Length + 1];
        var cursor = new SpanCursor(histogram.PositiveSpans);
        while (cursor.MoveNext()) counts[cursor.Index] = histogram.PositiveBuckets[cursor.Position];
        double total = 0;
        for (int bucket = 0; bucket < counts.Length; bucket++)
        {
            total += counts[bucket];
            bool isLast = bucket == counts.Length - 1;
            yield return (isLast ? double.PositiveInfinity : histogram.CustomBounds[bucket], total);
        }
    }
}
