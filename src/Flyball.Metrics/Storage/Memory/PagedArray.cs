namespace Flyball.Metrics.Storage.Memory;

/// <summary>
/// A growing array of structs in pages that never move, so that growth copies nothing and references stay valid. One
/// writer; elements that no longer change may be read beside it.
/// </summary>
internal sealed class PagedArray<T>
    where T : struct
{
    private const int PageShift = 12;
    private const int PageMask = (1 << PageShift) - 1;

    private T[][] _pages = [];

    public int Count { get; private set; }

    public ref T this[int index] => ref _pages[index >> PageShift][index & PageMask];

    /// <summary>Appends a default element and returns its index.</summary>
    public int Add()
    {
        int page = Count >> PageShift;
        if (page == _pages.Length) Array.Resize(ref _pages, Math.Max(4, page * 2));
        _pages[page] ??= new T[1 << PageShift];
        return Count++;
    }
}
