namespace Flyball.Gateway.Resilience;

/// <summary>
/// Requests of one service that wait, in the order of joining. Its upstreams share the endpoints and have bounds of
/// their own: room at an endpoint is given to the first that can use it. Whoever joins looks once more afterwards: the
/// room that came in between was made before anybody knew of the line, so it wakes nobody. Used by all threads.
/// </summary>
/// <param name="room">Where those of all services count; null for a line that stands alone.</param>
internal sealed class WaitingLine(WaitingRoom? room = null)
{
    private readonly Lock gate = new();

    /// <summary>Of each room that somebody waits for, so that none is asked once for each of its waiters.</summary>
    private readonly List<Queue> queues = [];

    private long turn;
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>False when as many wait already, here or at the whole gateway.</summary>
    public bool TryJoin(IWaiter waiter, int most)
    {
        lock (gate)
        {
            if (count >= most || room?.TryEnter(waiter.HeldBytes) == false) return false;
            if (QueueOf(waiter) is not { } queue) queues.Add(queue = new Queue(waiter.Room));
            queue.Waiting.AddLast(new Place(waiter, turn++));
            Volatile.Write(ref count, count + 1);
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
        lock (gate) waited = QueueOf(waiter) is { } queue && Remove(queue, queue.Find(waiter));
        if (!waited) WakeOne();
    }

    /// <summary>There may be room for one more; costs one read while nobody waits.</summary>
    public void WakeOne()
    {
        if (Count > 0) Take(mustFit: true)?.Wake();
    }

    /// <summary>Other endpoints are there.</summary>
    public void WakeAll()
    {
        // Those that join while others are woken have seen the new endpoints themselves.
        for (int i = Count; i > 0; i--) Take(mustFit: false)?.Wake();
    }

    private IWaiter? Take(bool mustFit)
    {
        lock (gate)
        {
            Queue? first = null;
            foreach (Queue queue in queues)
            {
                bool isEarlier = first is null || queue.Turn < first.Turn;
                if (isEarlier && (!mustFit || queue.Room.HasRoom)) first = queue;
            }

            if (first?.Waiting.First is not { } place) return null;
            Remove(first, place);
            return place.Value.Waiter;
        }
    }

    private Queue? QueueOf(IWaiter waiter) => queues.Find(queue => queue.Room == waiter.Room);

    private bool Remove(Queue queue, LinkedListNode<Place>? place)
    {
        if (place is null) return false;
        queue.Waiting.Remove(place);
        if (queue.Waiting.Count == 0) queues.Remove(queue);
        room?.Leave(place.Value.Waiter.HeldBytes);
        Volatile.Write(ref count, count - 1);
        return true;
    }

    private readonly record struct Place(IWaiter Waiter, long Turn);

    /// <summary>Never empty.</summary>
    private sealed class Queue(IRoom room)
    {
        public IRoom Room => room;

        public LinkedList<Place> Waiting { get; } = new();

        /// <summary>When its first joined.</summary>
        public long Turn => Waiting.First!.Value.Turn;

        public LinkedListNode<Place>? Find(IWaiter waiter)
        {
            for (LinkedListNode<Place>? place = Waiting.First; place is not null; place = place.Next)
            {
                if (place.Value.Waiter == waiter) return place;
            }

            return null;
        }
    }
}
