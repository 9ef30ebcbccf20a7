namespace Flyball.Metrics.Model.Histograms;

/// <summary>The bounds of buckets by index: an exponential bucket i ends at 2^(i * 2^-schema).</summary>
internal static class BucketBounds
{
    /// <summary>
    /// The bounds within one power of two at the finest schema, halved, as <c>frexp</c> would give them.
    /// </summary>
    private static readonly double[] Fractions = MakeFractions();

    /// <summary>The upper bound of a bucket on the positive side.</summary>
    public static double Upper(int index, int schema, double[] customBounds)
    {
        if (schema != NativeHistogram.CustomSchema) return Exponential(index, schema);
        if (index == customBounds.Length) return double.PositiveInfinity;
        return index == -1 ? double.NegativeInfinity : customBounds[index];
    }

    public static double Exponential(int index, int schema)
    {
        if (schema < 0)
        {
            int exponent = index << -schema;
            return exponent == 1024 ? double.MaxValue : Math.ScaleB(1, exponent);
        }

        int within = index & ((1 << schema) - 1);
        double fraction = Fractions[within << (NativeHistogram.MaxSchema - schema)];
        int power = (index >> schema) + 1;

        // The bucket that would end at 2^1024 ends at the largest double instead.
        return fraction == 0.5 && power == 1025 ? double.MaxValue : Math.ScaleB(fraction, power);
    }

    /// <summary>The index that a bucket falls into at a coarser schema.</summary>
    public static int Reduce(int index, int schema, int targetSchema) => ((index - 1) >> (schema - targetSchema)) + 1;

    public static bool AreSame(double[] left, double[] right) =>
        ReferenceEquals(left, right) || left.AsSpan().SequenceEqual(right);

    /// <summary>The bounds that both have.</summary>
    public static double[] Intersect(double[] left, double[] right)
    {
        var both = new List<double>(Math.Min(left.Length, right.Length));
        int i = 0, j = 0;
        while (i < left.Length && j < right.Length)
        {
            if (left[i] == right[j])
            {
                both.Add(left[i]);
                i++;
                j++;
            }
            else if (left[i] < right[j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return [.. both];
    }

    /// <summary>
    /// Products of roots of two, the coarsest first, with the square root rounded down: these are the bounds that
    /// Prometheus has, to the last bit. Exact powers differ from them by up to four units in the last place, and
    /// bounds are compared with what users write.
    /// </summary>
    private static double[] MakeFractions()
    {
        var roots = new double[NativeHistogram.MaxSchema + 1];
        for (int k = 1; k < roots.Length; k++) roots[k] = Math.Pow(2, Math.ScaleB(1, -k));
        roots[1] = Math.BitDecrement(Math.Sqrt(2));
        var fractions = new double[1 << NativeHistogram.MaxSchema];
        for (int i = 0; i < fractions.Length; i++)
        {
            fractions[i] = 0.5;
            for (int k = 1; k < roots.Length; k++)
            {
                if ((i & (fractions.Length >> k)) != 0) fractions[i] *= roots[k];
            }
        }

        return fractions;
    }
}
