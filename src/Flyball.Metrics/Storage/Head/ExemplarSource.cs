using Flyball.Metrics.Model;

namespace Flyball.Metrics.Storage.Head;

/// <summary>A series that has exemplars: its labels, and when they were. Belongs to the head's lock.</summary>
internal sealed class ExemplarSource(UInt128 key, byte[] canonical)
{
    private readonly List<(long TimestampMs, double Value)> _points = [];
    private Labels? _labels;

    public UInt128 Key => key;

    public byte[] Canonical => canonical;

    public Labels Labels => _labels ??= Exposition.PlainLabels.TryRead(canonical, out Labels labels)
        ? labels
        : throw new InvalidOperationException("BUG: canonical labels cannot be read.");

    /// <summary>The one with the newest time; there is one always.</summary>
    public (long TimestampMs, double Value) Newest => _points[^1];

    public bool IsEmpty => _points.Count == 0;

    /// <summary>The value of the exemplar at a time, or null.</summary>
    public double? At(long timestampMs)
    {
        int at = IndexOf(timestampMs);
        return at >= 0 ? _points[at].Value : null;
    }

    /// <summary>Notes an exemplar at a time that has none.</summary>
    public void Add(long timestampMs, double value) => _points.Insert(~IndexOf(timestampMs), (timestampMs, value));

    public void Remove(long timestampMs) => _points.RemoveAt(IndexOf(timestampMs));

    /// <summary>The place of a time, or the complement of where it would be; the newest is looked at first.</summary>
    private int IndexOf(long timestampMs)
    {
        if (_points.Count == 0 || timestampMs > _points[^1].TimestampMs) return ~_points.Count;
        int low = 0;
        int high = _points.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = _points[middle].TimestampMs.CompareTo(timestampMs);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
