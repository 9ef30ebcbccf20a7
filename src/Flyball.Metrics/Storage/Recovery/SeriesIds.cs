namespace Flyball.Metrics.Storage.Recovery;

/// <summary>
/// From a series' id in the WAL to its number, while replaying. Ids are given one after another, so pages of an array
/// find most without hashing: a sample's id is nearly always on the page of the one before.
/// </summary>
internal sealed class SeriesIds
{
    private const int PageShift = 10;
    private const ulong PageMask = (1 << PageShift) - 1;

    private readonly Dictionary<ulong, int[]> _pages = [];
    private ulong _lastPage = ulong.MaxValue;
    private int[] _last = [];

    public int Count { get; private set; }

    /// <summary>Adds an id that is not there.</summary>
    public void Add(ulong id, int series)
    {
        if (!TryGetPage(id >> PageShift))
        {
            _lastPage = id >> PageShift;
            _last = new int[1 << PageShift];
            _pages.Add(_lastPage, _last);
        }

        // Stored one higher, so that zero means none.
        _last[(int)(id & PageMask)] = series + 1;
        Count++;
    }

    public bool TryGet(ulong id, out int series)
    {
        series = TryGetPage(id >> PageShift) ? _last[(int)(id & PageMask)] - 1 : -1;
        return series >= 0;
    }

    private bool TryGetPage(ulong page)
    {
        if (page == _lastPage) return true;
        if (!_pages.TryGetValue(page, out int[]? found)) return false;
        (_lastPage, _last) = (page, found);
        return true;
    }
}
