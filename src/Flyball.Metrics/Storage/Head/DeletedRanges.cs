namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// Ranges of time that were deleted from series of the head, both ends inclusive. Belongs to the head's lock.
/// </summary>
internal sealed class DeletedRanges
{
    private readonly Dictionary<int, List<TimeRange>> _ranges = [];

    public void Add(int series, TimeRange range)
    {
        if (!_ranges.TryGetValue(series, out List<TimeRange>? ranges)) _ranges.Add(series, ranges = []);
        if (!ranges.Contains(range)) ranges.Add(range);
    }

    /// <summary>The ranges of a series; the list is a copy.</summary>
    public IReadOnlyList<TimeRange> Of(int series) =>
        _ranges.Count > 0 && _ranges.TryGetValue(series, out List<TimeRange>? ranges) ? [.. ranges] : [];

    public void Drop(int series) => _ranges.Remove(series);

    /// <summary>Forgets ranges that end before a time, but of series that a condition holds for.</summary>
    public void DropBefore(long timestampMs, Func<int, bool> keeps)
    {
        foreach (int series in _ranges.Keys.ToArray())
        {
            if (keeps(series)) continue;
            _ = _ranges[series].RemoveAll(range => range.MaxMs < timestampMs);
            if (_ranges[series].Count == 0) _ranges.Remove(series);
        }
    }
}
