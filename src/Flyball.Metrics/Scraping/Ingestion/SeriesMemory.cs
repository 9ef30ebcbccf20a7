using Flyball.Base.Codecs;

namespace Flyball.Metrics.Scraping.Ingestion;

/// <summary>
/// The series of one target by their spelling, so that a series seen before costs a hash and a copy. One thread at a
/// time. Its size follows the target's body, which is bounded.
/// </summary>
internal sealed class SeriesMemory
{
    private const int CompactBytesMin = 64 * 1024;

    private readonly Dictionary<UInt128, int> _index = [];
    private readonly Stack<int> _free = new();
    private CachedSeries[] _entries = new CachedSeries[64];
    private ByteBuffer _labels = new(4096);
    private int _limit;
    private int _deadBytes;

    public int Count => _index.Count;

    /// <summary>One more than the highest number in use.</summary>
    public int Limit => _limit;

    public ref CachedSeries this[int number] => ref _entries[number];

    /// <summary>The number of a spelling, or -1.</summary>
    public int Find(UInt128 key) => _index.TryGetValue(key, out int number) ? number : -1;

    public ReadOnlySpan<byte> Labels(in CachedSeries series) =>
        _labels.Written.Slice(series.LabelsAt, series.LabelsSize);

    /// <summary>Adds a spelling that is not there, with its labels after relabelling.</summary>
    public int Add(UInt128 key, ReadOnlySpan<byte> labels)
    {
        if (!_free.TryPop(out int number))
        {
            number = _limit++;
            if (_limit > _entries.Length) Array.Resize(ref _entries, _limit * 2);
        }

        _entries[number] = new CachedSeries
        {
            Key = key,
            IsUsed = true,
            LabelsAt = _labels.Length,
            LabelsSize = labels.Length,
        };
        _labels.Bytes(labels);
        _index.Add(key, number);
        return number;
    }

    public void Remove(int number)
    {
        _index.Remove(_entries[number].Key);
        _deadBytes += _entries[number].LabelsSize;
        _entries[number] = default;
        _free.Push(number);
    }

    /// <summary>Gives back the room of removed labels when it is more than half.</summary>
    public void Compact()
    {
        if (_deadBytes < CompactBytesMin || _deadBytes * 2L < _labels.Length) return;
        var live = new ByteBuffer(_labels.Length - _deadBytes + 4096);
        for (int number = 0; number < _limit; number++)
        {
            ref CachedSeries entry = ref _entries[number];
            if (!entry.IsUsed) continue;
            int at = live.Length;
            live.Bytes(Labels(in entry));
            entry.LabelsAt = at;
        }

        _labels = live;
        _deadBytes = 0;
    }
}
