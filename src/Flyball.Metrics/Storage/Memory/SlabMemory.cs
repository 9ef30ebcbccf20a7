using System.Numerics;

namespace Flyball.Metrics.Storage.Memory;

/// <summary>
/// Hands out small pieces of large arrays by a 4-byte handle, so that millions of series cost the garbage collector a
/// few hundred objects. Sizes are rounded up to classes an eighth to a third apart; freed pieces are used again by
/// their class. One writer at a time; a piece that no longer changes may be read beside it.
/// </summary>
internal sealed class SlabMemory
{
    /// <summary>The handle of nothing.</summary>
    public const uint None = 0;

    private const int PageBytes = 1 << 20;
    private const int GranuleShift = 3;
    private const int PageGranuleShift = 20 - GranuleShift;
    private const uint PageGranuleMask = (1u << PageGranuleShift) - 1;

    private static readonly int[] Classes = MakeClasses();

    private byte[][] _pages = [];
    private int _pageCount;
    private readonly Stack<uint>[] _free = [.. Classes.Select(_ => new Stack<uint>())];
    private int _tail = PageBytes;

    /// <summary>Largest piece; a chunk or a postings list beyond it is split by its owner.</summary>
    public static int SizeMax => PageBytes;

    /// <summary>Bytes of all pages.</summary>
    public long ReservedBytes => (long)_pageCount * PageBytes;

    /// <summary>What a request of that size really gets.</summary>
    public static int CapacityFor(int sizeBytes) => Classes[ClassOf(sizeBytes)];

    /// <summary>A piece of at least that many bytes, its content undefined.</summary>
    public uint Allocate(int sizeBytes)
    {
        int sizeClass = ClassOf(sizeBytes);
        if (_free[sizeClass].TryPop(out uint freed)) return freed;
        int capacity = Classes[sizeClass];
        if (_tail + capacity > PageBytes) StartPage();
        uint handle = ((uint)(_pageCount - 1) << PageGranuleShift) | ((uint)_tail >> GranuleShift);
        _tail += capacity;
        return handle;
    }

    /// <summary>Gives a piece back; the size is the one it was asked for with, or its capacity.</summary>
    public void Free(uint handle, int sizeBytes)
    {
        if (handle != None) _free[ClassOf(sizeBytes)].Push(handle);
    }

    public Span<byte> Span(uint handle, int sizeBytes) =>
        _pages[(int)(handle >> PageGranuleShift)].AsSpan((int)(handle & PageGranuleMask) << GranuleShift, sizeBytes);

    /// <summary>Moves content into a larger or smaller piece and frees the former.</summary>
    public uint Resize(uint handle, int usedBytes, int oldBytes, int newBytes)
    {
        uint moved = Allocate(newBytes);
        Span(handle, usedBytes).CopyTo(Span(moved, usedBytes));
        Free(handle, oldBytes);
        return moved;
    }

    private static int ClassOf(int sizeBytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeBytes, PageBytes);
        if (sizeBytes <= 64) return Math.Max(0, (sizeBytes - 1) >> 3);
        // Behind the eight classes of up to 64 bytes, four to each doubling.
        int power = BitOperations.Log2((uint)sizeBytes - 1);
        int quarter = ((sizeBytes - 1) >> (power - 2)) & 3;
        return 8 + ((power - 6) * 4) + quarter;
    }

    private static int[] MakeClasses()
    {
        List<int> sizes = [8, 16, 24, 32, 40, 48, 56, 64];
        for (int size = 64; size < PageBytes; size *= 2)
        {
            for (int quarter = 1; quarter <= 4; quarter++) sizes.Add(size + (size / 4 * quarter));
        }

        return [.. sizes];
    }

    private void StartPage()
    {
        if (_pageCount == 1 << (32 - PageGranuleShift))
            throw new InvalidOperationException("FATAL: the head needs more than 32 GiB; lower the limit of series.");
        if (_pageCount == _pages.Length) Array.Resize(ref _pages, Math.Max(16, _pageCount * 2));
        _pages[_pageCount++] = GC.AllocateUninitializedArray<byte>(PageBytes);
        // Handle 0 means none, so the very first granule stays unused.
        _tail = _pageCount == 1 ? 1 << GranuleShift : 0;
    }
}
