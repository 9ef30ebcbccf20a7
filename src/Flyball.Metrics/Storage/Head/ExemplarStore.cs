using System.IO.Hashing;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// The newest exemplars of all series in a ring. They are kept by their series' labels, so that they outlive the
/// series' stay in the head, and so that old ones can be imported. Belongs to the head's lock.
/// </summary>
internal sealed class ExemplarStore(int countMax)
{
    private readonly List<Entry> _ring = [];
    private readonly Dictionary<UInt128, ExemplarSource> _sources = [];
    private int _next;

    public int Count => _ring.Count;

    /// <summary>How many more fit before the oldest go.</summary>
    public int Room => countMax - _ring.Count;

    /// <summary>
    /// Adds an exemplar that is newer than the series' newest; the very same one again is no refusal.
    /// </summary>
    /// <param name="canonical">The labels of its series.</param>
    /// <param name="exemplar">With its time.</param>
    /// <param name="isAdded">False, too, when it is there already.</param>
    public SampleRefusal Add(ReadOnlySpan<byte> canonical, BatchExemplar exemplar, out bool isAdded)
    {
        isAdded = false;
        if (countMax == 0) return SampleRefusal.ExemplarRefused;
        UInt128 key = XxHash128.HashToUInt128(canonical);
        if (_sources.TryGetValue(key, out ExemplarSource? source))
        {
            if (exemplar.Value.Equals(source.At(exemplar.TimestampMs))) return SampleRefusal.None;
            if (exemplar.TimestampMs <= source.Newest.TimestampMs) return SampleRefusal.ExemplarRefused;
        }

        Put(key, canonical, exemplar);
        isAdded = true;
        return SampleRefusal.None;
    }

    /// <summary>Adds an exemplar of any time, for replay and imports; false when that time is taken.</summary>
    public bool Insert(ReadOnlySpan<byte> canonical, BatchExemplar exemplar)
    {
        if (countMax == 0) return false;
        UInt128 key = XxHash128.HashToUInt128(canonical);
        bool isThere = _sources.TryGetValue(key, out ExemplarSource? source)
            && source.At(exemplar.TimestampMs) is not null;
        if (!isThere) Put(key, canonical, exemplar);
        return !isThere;
    }

    /// <summary>All exemplars, in the order in which they came.</summary>
    public IEnumerable<Entry> All()
    {
        for (int index = 0; index < _ring.Count; index++) yield return _ring[(_next + index) % _ring.Count];
    }

    private void Put(UInt128 key, ReadOnlySpan<byte> canonical, BatchExemplar exemplar)
    {
        // The series first: making room must not drop it.
        if (!_sources.TryGetValue(key, out ExemplarSource? source))
            _sources.Add(key, source = new ExemplarSource(key, canonical.ToArray()));
        source.Add(exemplar.TimestampMs, exemplar.Value);
        var entry = new Entry(source, exemplar);
        if (_ring.Count < countMax)
        {
            _ring.Add(entry);
            return;
        }

        Entry old = _ring[_next];
        old.Source.Remove(old.Exemplar.TimestampMs);
        if (old.Source.IsEmpty) _sources.Remove(old.Source.Key);
        _ring[_next] = entry;
        _next = (_next + 1) % _ring.Count;
    }

    /// <summary>An exemplar and its series.</summary>
    public readonly record struct Entry(ExemplarSource Source, BatchExemplar Exemplar);
}
