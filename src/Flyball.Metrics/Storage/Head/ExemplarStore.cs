namespace Flyball.Metrics.Storage.Head;

/// <summary>The newest exemplars of all series in a ring. Belongs to the head's lock.</summary>
internal sealed class ExemplarStore(int countMax)
{
    private readonly List<Entry> _ring = [];
    private readonly Dictionary<ulong, (long TimestampMs, double Value)> _newest = [];
    private int _next;

    public int Count => _ring.Count;

    /// <summary>
    /// Adds an exemplar that is newer than the series' newest; the very same one again is no refusal.
    /// </summary>
    public SampleRefusal Add(int series, ulong id, BatchExemplar exemplar, out bool isAdded)
    {
        isAdded = false;
        if (countMax == 0) return SampleRefusal.ExemplarRefused;
        if (_newest.TryGetValue(id, out (long TimestampMs, double Value) newest))
        {
            if (newest == (exemplar.TimestampMs, exemplar.Value)) return SampleRefusal.None;
            if (exemplar.TimestampMs <= newest.TimestampMs) return SampleRefusal.ExemplarRefused;
        }

        _newest[id] = (exemplar.TimestampMs, exemplar.Value);
        var entry = new Entry(series, id, exemplar);
        if (_ring.Count < countMax) _ring.Add(entry);
        else Replace(entry);
        isAdded = true;
        return SampleRefusal.None;
    }

    /// <summary>All exemplars, the oldest first.</summary>
    public IEnumerable<Entry> All()
    {
        for (int index = 0; index < _ring.Count; index++) yield return _ring[(_next + index) % _ring.Count];
    }

    private void Replace(Entry entry)
    {
        Entry old = _ring[_next];
        if (_newest.TryGetValue(old.SeriesId, out var newest) && newest.TimestampMs == old.Exemplar.TimestampMs)
            _newest.Remove(old.SeriesId);
        _ring[_next] = entry;
        _newest[entry.SeriesId] = (entry.Exemplar.TimestampMs, entry.Exemplar.Value);
        _next = (_next + 1) % _ring.Count;
    }

    /// <summary>
    /// An exemplar, its series' number and that series' id: when they differ now, the series is gone.
    /// </summary>
    public readonly record struct Entry(int Series, ulong SeriesId, BatchExemplar Exemplar);
}
