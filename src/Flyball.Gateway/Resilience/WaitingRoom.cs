namespace Flyball.Gateway.Resilience;

/// <summary>
/// All requests of a gateway that wait for an endpoint, whichever service's: how many there are, and how many bytes
/// they hold meanwhile, is bounded. Used by all threads.
/// </summary>
internal sealed class WaitingRoom(
    int requestsMax = WaitingRoom.RequestsUsually, long bytesMax = WaitingRoom.BytesUsually)
{
    public const int RequestsUsually = 10_000;
    public const long BytesUsually = 256L * 1024 * 1024;

    private int count;
    private long bytes;

    public int Count => Volatile.Read(ref count);

    /// <summary>Bytes of requests that those who wait hold in this process, at most.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Counts a request in; false when there is no place for it.</summary>
    public bool TryEnter(long held)
    {
        bool hasPlace = Interlocked.Increment(ref count) <= requestsMax;
        bool hasRoom = Interlocked.Add(ref bytes, held) <= bytesMax;
        if (hasPlace && hasRoom) return true;
        Leave(held);
        return false;
    }

    public void Leave(long held)
    {
        Interlocked.Decrement(ref count);
        Interlocked.Add(ref bytes, -held);
    }
}
