namespace Flyball.Hosting;

/// <summary>Decides when memory is given back, from what was allocated between two looks: pure.</summary>
internal sealed class TrimPolicy
{
    /// <summary>Allocated between two looks: no more than an idle server allocates for its own metrics.</summary>
    private const long QuietBytes = 4 * 1024 * 1024;

    /// <summary>Allocated since memory was given back: less leaves little behind.</summary>
    private const long WorthBytes = 64 * 1024 * 1024;

    /// <summary>A larger heap would stop everything for more than a fraction of a second.</summary>
    private const long HeapBytesMax = 512 * 1024 * 1024;

    private long last;
    private long trimmed;

    /// <param name="allocatedBytes">By the process since its start.</param>
    /// <param name="heapBytes">The size of the heap now.</param>
    public bool IsDue(long allocatedBytes, long heapBytes)
    {
        bool isQuiet = allocatedBytes - last <= QuietBytes;
        last = allocatedBytes;
        if (!isQuiet || heapBytes > HeapBytesMax || allocatedBytes - trimmed < WorthBytes) return false;
        trimmed = allocatedBytes;
        return true;
    }
}
