namespace Flyball.Metrics.Model.Histograms;

/// <summary>Adds custom buckets whose bounds differ, on the bounds that both have.</summary>
internal static class CustomBuckets
{
    /// <summary>Both sides, moved into the buckets of the common bounds, summed.</summary>
    public static BucketSide Add(
        BucketSide left, double[] leftBounds, BucketSide right, double[] rightBounds, double sign, double[] common)
    {
        var sums = new CompensatedSum[common.Length + 1];
        Move(left, leftBounds, 1, common, sums);
        Move(right, rightBounds, sign, common, sums);
        var result = new BucketSideBuilder(sums.Length, keepsLost: left.Lost is not null);
        for (int i = 0; i < sums.Length; i++)
        {
            if (sums[i].Sum != 0 || sums[i].Lost != 0) result.Append(i, sums[i].Sum, sums[i].Lost);
        }

        return result.ToSide();
    }

    private static void Move(BucketSide side, double[] bounds, double sign, double[] common, CompensatedSum[] sums)
    {
        int target = 0;
        var cursor = new SpanCursor(side.Spans);
        while (cursor.MoveNext())
        {
            int into = common.Length;
            if (cursor.Index < bounds.Length)
            {
                while (target < common.Length && common[target] < bounds[cursor.Index]) target++;
                into = target;
            }

            sums[into].Add(sign * side.Counts[cursor.Position]);
            if (side.Lost is not null) sums[into].Add(side.Lost[cursor.Position]);
        }
    }
}
