namespace Flyball.Metrics.Model.Histograms;

/// <summary>
/// The positive or the negative buckets of a histogram, with the rounding errors of their sums when
/// <see cref="Lost"/> is set.
/// </summary>
internal readonly record struct BucketSide(BucketSpan[] Spans, double[] Counts, double[]? Lost)
{
    public static readonly BucketSide Empty = new([], [], null);

    public static BucketSide Positive(NativeHistogram histogram) =>
        new(histogram.PositiveSpans, histogram.PositiveBuckets, null);

    public static BucketSide Negative(NativeHistogram histogram) =>
        new(histogram.NegativeSpans, histogram.NegativeBuckets, null);

    /// <summary>
    /// This side plus <paramref name="sign"/> times another of the same schema, without the other's first buckets that
    /// end within the zero bucket.
    /// </summary>
    public BucketSide Add(BucketSide other, double sign, int schema, double zeroThreshold)
    {
        var a = new SpanCursor(Spans);
        var b = new SpanCursor(other.Spans);
        bool hasA = a.MoveNext(), hasB = b.MoveNext();
        bool isExponential = schema != NativeHistogram.CustomSchema;
        while (hasB && isExponential && BucketBounds.Exponential(b.Index, schema) <= zeroThreshold) hasB = b.MoveNext();
        var result = new BucketSideBuilder(Counts.Length + other.Counts.Length, Lost is not null);
        while (hasA || hasB)
        {
            if (!hasB || (hasA && a.Index < b.Index))
            {
                result.Append(a.Index, Counts[a.Position], Lost?[a.Position] ?? 0);
                hasA = a.MoveNext();
                continue;
            }

            double count = sign * other.Counts[b.Position];
            double lost = sign * (other.Lost?[b.Position] ?? 0);
            if (!hasA || b.Index < a.Index)
            {
                result.Append(b.Index, count, lost);
            }
            else
            {
                AppendSum(result, a.Index, Counts[a.Position], Lost?[a.Position] ?? 0, count, lost);
                hasA = a.MoveNext();
            }

            hasB = b.MoveNext();
        }

        return result.ToSide();
    }

    /// <summary>The same counts in the wider buckets of a coarser schema.</summary>
    public BucketSide Reduce(int schema, int targetSchema)
    {
        if (schema == targetSchema || Counts.Length == 0) return this;
        var result = new BucketSideBuilder(Counts.Length, Lost is not null);
        var cursor = new SpanCursor(Spans);
        while (cursor.MoveNext())
        {
            int index = BucketBounds.Reduce(cursor.Index, schema, targetSchema);
            result.Accumulate(index, Counts[cursor.Position], Lost?[cursor.Position] ?? 0);
        }

        return result.ToSide();
    }

    /// <summary>Without empty buckets; adjacent spans become one.</summary>
    public BucketSide Compact()
    {
        if (IsCompact()) return this;
        var result = new BucketSideBuilder(Counts.Length, Lost is not null);
        var cursor = new SpanCursor(Spans);
        while (cursor.MoveNext())
        {
            double lost = Lost?[cursor.Position] ?? 0;
            if (Counts[cursor.Position] != 0 || lost != 0) result.Append(cursor.Index, Counts[cursor.Position], lost);
        }

        return result.ToSide();
    }

    private bool IsCompact()
    {
        foreach (double count in Counts)
        {
            if (count == 0) return false;
        }

        for (int i = 0; i < Spans.Length; i++)
        {
            if (Spans[i].Length == 0 || (i > 0 && Spans[i].Offset == 0)) return false;
        }

        return true;
    }

    private static void AppendSum(
        BucketSideBuilder result, int index, double count, double lost, double added, double addedLost)
    {
        if (!result.KeepsLost)
        {
            result.Append(index, count + added, 0);
            return;
        }

        var sum = new CompensatedSum(count, lost);
        sum.Add(added);
        if (addedLost != 0) sum.Add(addedLost);
        result.Append(index, sum.Sum, sum.Lost);
    }
}
