namespace Flyball.Metrics.PromQl.Aggregating;

/// <summary>
/// The k largest (or smallest) values seen, worst on top. A binary heap in the arrangement of Go's container/heap, so
/// that among equal values the same series stay as in Prometheus.
/// </summary>
internal sealed class ValueHeap(bool keepsLargest)
{
    private readonly List<(double Value, int Series)> items = [];

    public int Count => items.Count;

    public void Clear() => items.Clear();

    /// <summary>
    /// Adds while there are fewer than <paramref name="limit"/>, then replaces the worst by what is better.
    /// </summary>
    public void Offer(double value, int series, long limit)
    {
        if (items.Count < limit)
        {
            items.Add((value, series));
            Rise(items.Count - 1);
            return;
        }

        double worst = items[0].Value;
        bool isBetter = keepsLargest ? worst < value : worst > value;
        if (!isBetter && !(double.IsNaN(worst) && !double.IsNaN(value))) return;
        items[0] = (value, series);
        Sink(0);
    }

    /// <summary>The series, best first; equal values stay in the heap's order.</summary>
    public IEnumerable<int> BestFirst()
    {
        for (int i = 1; i < items.Count; i++)
        {
            for (int j = i; j > 0 && IsWorse(items[j - 1].Value, items[j].Value); j--)
                (items[j], items[j - 1]) = (items[j - 1], items[j]);
        }

        return items.Select(item => item.Series);
    }

    public IEnumerable<int> Series => items.Select(item => item.Series);

    /// <summary>NaN is worst of all.</summary>
    private bool IsWorse(double left, double right) =>
        double.IsNaN(left) || (keepsLargest ? left < right : left > right);

    private void Rise(int index)
    {
        while (index > 0)
        {
            int parent = (index - 1) / 2;
            if (!IsWorse(items[index].Value, items[parent].Value)) return;
            (items[index], items[parent]) = (items[parent], items[index]);
            index = parent;
        }
    }

    private void Sink(int index)
    {
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= items.Count) return;
            if (child + 1 < items.Count && IsWorse(items[child + 1].Value, items[child].Value)) child++;
            if (!IsWorse(items[child].Value, items[index].Value)) return;
            (items[index], items[child]) = (items[child], items[index]);
            index = child;
        }
    }
}
