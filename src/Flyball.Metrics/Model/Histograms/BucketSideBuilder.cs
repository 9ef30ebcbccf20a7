namespace Flyball.Metrics.Model.Histograms;

/// <summary>Collects buckets in rising order of their indices and makes spans of them.</summary>
internal sealed class BucketSideBuilder(int capacity, bool keepsLost)
{
    private readonly List<BucketSpan> spans = new(4);
    private readonly double[] counts = new double[capacity];
    private readonly double[]? lost = keepsLost ? new double[capacity] : null;
    private int used;
    private int last;

    public bool KeepsLost => keepsLost;

    public void Append(int index, double count, double lostCount)
    {
        if (spans.Count > 0 && index == last + 1) spans[^1] = spans[^1] with { Length = spans[^1].Length + 1 };
        else spans.Add(new BucketSpan(spans.Count == 0 ? index : index - last - 1, 1));
        last = index;
        counts[used] = count;
        if (lost is not null) lost[used] = lostCount;
        used++;
    }

    /// <summary>As <see cref="Append"/>, but adds to the last bucket when the index is the same.</summary>
    public void Accumulate(int index, double count, double lostCount)
    {
        if (used == 0 || index != last)
        {
            Append(index, count, lostCount);
        }
        else if (lost is null)
        {
            counts[used - 1] += count;
        }
        else
        {
            var sum = new CompensatedSum(counts[used - 1], lost[used - 1]);
            sum.Add(count);
            sum.Add(lostCount);
            (counts[used - 1], lost[used - 1]) = (sum.Sum, sum.Lost);
        }
    }

    public BucketSide ToSide()
    {
        if (used == 0) return keepsLost ? BucketSide.Empty with { Lost = [] } : BucketSide.Empty;
        return new BucketSide([.. spans], counts[..used], lost?[..used]);
    }
}
