namespace Flyball.Metrics.Storage.Labelling;

/// <summary>
/// From the 128-bit hash of label bytes as they came to the series, so that a known series is found without looking at
/// its labels. Keys are hashed with a random seed: nobody outside can aim at a collision. Belongs to the head's lock.
/// </summary>
internal sealed class SeriesCache
{
    private const int Empty = -1;

    private Entry[] _entries = NewEntries(1024);

    public int Count { get; private set; }

    /// <summary>The series, or -1.</summary>
    public int Find(UInt128 key)
    {
        Entry[] entries = _entries;
        int probe = (int)(ulong)key & (entries.Length - 1);
        while (entries[probe].Series != Empty)
        {
            if (entries[probe].Low == (ulong)key && entries[probe].High == (ulong)(key >> 64))
                return entries[probe].Series;
            probe = (probe + 1) & (entries.Length - 1);
        }

        return -1;
    }

    /// <summary>Adds a key that is not there.</summary>
    public void Add(UInt128 key, int series)
    {
        if ((Count + 1) * 3L > _entries.Length * 2L) Rebuild(_entries.Length * 2, static _ => true);
        Put(new Entry { Low = (ulong)key, High = (ulong)(key >> 64), Series = series });
    }

    /// <summary>Drops the keys of series that are gone.</summary>
    public void Retain(Func<int, bool> isLive) => Rebuild(_entries.Length, isLive);

    /// <summary>Drops all keys: they are learnt again.</summary>
    public void Clear()
    {
        _entries = NewEntries(1024);
        Count = 0;
    }

    private static Entry[] NewEntries(int count)
    {
        var entries = new Entry[count];
        Array.Fill(entries, new Entry { Series = Empty });
        return entries;
    }

    private void Put(in Entry entry)
    {
        int probe = (int)entry.Low & (_entries.Length - 1);
        while (_entries[probe].Series != Empty) probe = (probe + 1) & (_entries.Length - 1);
        _entries[probe] = entry;
        Count++;
    }

    private void Rebuild(int size, Func<int, bool> isLive)
    {
        Entry[] old = _entries;
        _entries = NewEntries(size);
        Count = 0;
        foreach (ref readonly Entry entry in old.AsSpan())
        {
            if (entry.Series != Empty && isLive(entry.Series)) Put(entry);
        }
    }

    private struct Entry
    {
        public ulong Low;
        public ulong High;
        public int Series;
    }
}
