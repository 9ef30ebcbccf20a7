namespace Flyball.Base.Loops;

/// <summary>
/// A loop's buffers. Most heads and answers fit a small one; long heads and bodies in full flow get a large one. Only
/// who has bytes under way holds any. The pool keeps some free ones and leaves the rest to the collector; how many are
/// out is bounded by the connections, which have a bound of their own.
/// </summary>
public sealed class BufferPool
{
    /// <summary>Content of a small buffer.</summary>
    public const int SmallBytes = 16 * 1024;

    /// <summary>Content of a large buffer.</summary>
    public const int LargeBytes = 64 * 1024;

    /// <summary>Free buffers that are kept: 8 MiB of small and 4 MiB of large ones.</summary>
    private const int SmallKept = 512;
    private const int LargeKept = 64;

    private LoopBuffer? small;
    private LoopBuffer? large;
    private int smallFree;
    private int largeFree;

    /// <summary>Buffers that are in use.</summary>
    public int Rented { get; private set; }

    public LoopBuffer Rent()
    {
        Rented++;
        if (small is not { } buffer) return new LoopBuffer(LoopBuffer.Headroom + SmallBytes);
        small = buffer.Next;
        smallFree--;
        buffer.Next = null;
        return buffer;
    }

    public LoopBuffer RentLarge(int contentBytes = LargeBytes)
    {
        Rented++;
        if (contentBytes > LargeBytes) return new LoopBuffer(LoopBuffer.Headroom + contentBytes);
        if (large is not { } buffer) return new LoopBuffer(LoopBuffer.Headroom + LargeBytes);
        large = buffer.Next;
        largeFree--;
        buffer.Next = null;
        return buffer;
    }

    public void Return(LoopBuffer buffer)
    {
        Rented--;
        buffer.Clear();
        int content = buffer.Bytes.Length - LoopBuffer.Headroom;
        if (content == SmallBytes && smallFree < SmallKept)
        {
            buffer.Next = small;
            small = buffer;
            smallFree++;
        }
        else if (content == LargeBytes && largeFree < LargeKept)
        {
            buffer.Next = large;
            large = buffer;
            largeFree++;
        }
    }

    /// <summary>The content in a buffer with room for <paramref name="contentBytes"/>; the old one goes back.</summary>
    public LoopBuffer Grow(LoopBuffer buffer, int contentBytes)
    {
        LoopBuffer larger = RentLarge(contentBytes);
        larger.Append(buffer.Content);
        Return(buffer);
        return larger;
    }
}
