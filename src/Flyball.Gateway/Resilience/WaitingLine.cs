namespace Flyball.Gateway.Resilience;

/// <summary>A request that waits until there is an endpoint with room for it.</summary>
internal interface IWaiter
{
    /// <summary>Bytes of the request that this process holds while it waits, at most.</summary>
    long HeldBytes { get; }

    /// <summary>It has left the line and shall look again; on whichever thread made the room.</summary>
    void Wake();
}

/// <summary>
/// Requests of one service that wait, in the order of joining. Whoever joins looks once more afterwards: the room that
/// came in between was made before anybody knew of the line, so it wakes nobody. Used by all threads.
/// </summary>
/// <param name="room">Where those of all services count; null for a line that stands alone.</param>
internal sealed class WaitingLine(WaitingRoom? room = null)
{
    private readonly Lock gate = new();
    private readonly LinkedList<IWaiter> waiting = new();
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>False when as many wait already, here or at the whole gateway.</summary>
    public bool TryJoin(IWaiter waiter, int most)
    {
        lock (gate)
        {
            if (waiting.Count >= most || room?.TryEnter(waiter.HeldBytes) == false) return false;
            waiting.AddLast(waiter);
            Volatile.Write(ref count, waiting.Count);
        }

        Interlocked.MemoryBarrier();
        return true;
    }

    /// <summary>
    /// The request waits no longer. When it had been woken already, the room is the next one's.
    /// </summary>
    public void Leave(IWaiter waiter)
    {
        bool waited;
        lock (gate)
        {
            waited = waiting.Remove(waiter);
            if (waited) room?.Leave(waiter.HeldBytes);
            Volatile.Write(ref count, waiting.Count);
        }

        if (!waited) WakeOne();
    }

    /// <summary>There is room for one more; costs one read while nobody waits.</summary>
    public void WakeOne()
    {
        if (Count > 0) Take()?.Wake();
    }

    /// <summary>Other endpoints are there.</summary>
    public void WakeAll()
    {
        // Those that join while others are woken have seen the new endpoints themselves.
        for (int i = Count; i > 0; i--) Take()?.Wake();
    }

    private IWaiter? Take()
    {
        lock (gate)
        {
            if (waiting.First is not { } first) return null;
            waiting.RemoveFirst();
            room?.Leave(first.Value.HeldBytes);
            Volatile.Write(ref count, waiting.Count);
            return first.Value;
        }
    }
}
