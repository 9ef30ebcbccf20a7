namespace Flyball.Metrics.Storage.Querying;

/// <summary>
/// Which views are open, by the generation they were opened in: the head keeps what moved into a block until no view is
/// left that does not know the block. Thread-safe.
/// </summary>
internal sealed class OpenViews
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, int> _open = [];
    private long _generation;

    /// <summary>Views that are open.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _open.Values.Sum();
        }
    }

    public long Enter()
    {
        lock (_gate)
        {
            _open[_generation] = _open.GetValueOrDefault(_generation) + 1;
            return _generation;
        }
    }

    public void Leave(long generation)
    {
        lock (_gate)
        {
            if (--_open[generation] == 0) _open.Remove(generation);
        }
    }

    /// <summary>Starts a generation and returns it.</summary>
    public long Advance()
    {
        lock (_gate) return ++_generation;
    }

    /// <summary>Whether a view of an earlier generation is open.</summary>
    public bool HasOlderThan(long generation)
    {
        lock (_gate) return _open.Count > 0 && _open.Keys.First() < generation;
    }
}
