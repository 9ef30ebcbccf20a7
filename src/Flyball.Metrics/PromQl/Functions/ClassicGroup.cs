using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.PromQl.Functions;

/// <summary>The bucket series of one classic histogram.</summary>
internal sealed class ClassicGroup(Labels labels)
{
    private readonly List<(double Bound, Column Column)> buckets = [];

    public Labels Labels => labels;

    public bool DropsName { get; set; }

    public void Add(double bound, Column column) => buckets.Add((bound, column));

    public void Sort() => buckets.Sort(static (a, b) => a.Bound.CompareTo(b.Bound));

    public bool HasAny(int step)
    {
        foreach ((_, Column column) in buckets)
        {
            if (!Column.IsAbsent(column.Values[step])) return true;
        }

        return false;
    }

    public void Clear(int step)
    {
        foreach ((_, Column column) in buckets) column.Values[step] = Column.Absent;
    }

    /// <summary>Collects the buckets of a step; false when there are none.</summary>
    public bool TryRead(int step, ClassicBuckets into)
    {
        into.Clear();
        foreach ((double bound, Column column) in buckets)
        {
            double count = column.Values[step];
            if (!Column.IsAbsent(count)) into.Add(bound, count);
        }

        return into.Count > 0;
    }
}
