using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;

namespace Flyball.Metrics.Storage.Querying;

/// <summary>A series of a query: its chunks in the order of their first samples.</summary>
internal sealed class StoredSeries(Labels labels, TimeRange range, Action onDamage) : ISeries
{
    public Labels Labels => labels;

    /// <summary>The range of the query.</summary>
    public TimeRange Range => range;

    public List<ChunkPiece> Pieces { get; } = [];

    public ISampleIterator Iterate(ISampleIterator? reuse = null)
    {
        StoredIterator iterator = reuse as StoredIterator ?? new StoredIterator();
        iterator.Reset(this);
        return iterator;
    }

    /// <summary>A chunk could not be read: the answer lacks its samples.</summary>
    public void ReportDamage() => onDamage();

    public void Sort() => Pieces.Sort(static (left, right) =>
    {
        int order = left.MinMs.CompareTo(right.MinMs);
        return order != 0 ? order : left.Rank.CompareTo(right.Rank);
    });
}
