namespace Flyball.Discovery.Parking;

/// <summary>
/// When parked requests give up: one timer for all, which ticks only while somebody waits. A wait ends up to a tick
/// late and never early.
/// </summary>
internal sealed class WaitDeadlines : IDisposable
{
    /// <summary>A power of two; with the tick it reaches beyond the longest wait, or a look comes too early.</summary>
    private const int Slots = 8_192;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly ParkedRequest?[] slots = new ParkedRequest?[Slots];
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly long ticksPerSlot;
    private readonly long begun;
    private long looked;
    private int count;

    public WaitDeadlines(TimeProvider time)
    {
        this.time = time;
        begun = time.GetTimestamp();
        ticksPerSlot = (long)(Tick.TotalSeconds * time.TimestampFrequency);
        timer = time.CreateTimer(_ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The timestamp that is so far away.</summary>
    public long After(TimeSpan wait) => time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);

    public void Add(ParkedRequest request)
    {
        lock (gate)
        {
            if (count++ == 0)
            {
                looked = SlotOf(time.GetTimestamp());
                timer.Change(Tick, Tick);
            }

            // The slot after the one that it ends in: never early. One that is over comes with the next look.
            long at = Math.Max(SlotOf(request.Deadline) + 1, looked + 1);
            int slot = (int)(at & (Slots - 1));
            request.Slot = slot;
            request.Later = slots[slot];
            if (request.Later is { } later) later.Earlier = request;
            slots[slot] = request;
        }
    }

    public void Remove(ParkedRequest request)
    {
        lock (gate)
        {
            if (request.Slot < 0) return;
            if (request.Earlier is { } earlier) earlier.Later = request.Later;
            else slots[request.Slot] = request.Later;
            if (request.Later is { } later) later.Earlier = request.Earlier;
            request.Earlier = request.Later = null;
            request.Slot = -1;
            if (--count == 0) timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Everybody's time is up.</summary>
    public void ExpireAll()
    {
        var all = new List<ParkedRequest>();
        lock (gate)
        {
            foreach (ParkedRequest? first in slots)
                for (ParkedRequest? one = first; one is not null; one = one.Later) all.Add(one);
        }

        foreach (ParkedRequest one in all) one.Expire();
    }

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        var due = new List<ParkedRequest>();
        lock (gate)
        {
            long now = time.GetTimestamp();
            long last = SlotOf(now);
            for (long at = Math.Max(looked + 1, last - Slots + 1); at <= last; at++)
            {
                for (ParkedRequest? one = slots[(int)(at & (Slots - 1))]; one is not null; one = one.Later)
                    if (one.Deadline <= now) due.Add(one);
            }

            looked = last;
        }

        // They leave their slots when they are resumed.
        foreach (ParkedRequest one in due) one.Expire();
    }

    private long SlotOf(long timestamp) => (timestamp - begun) / ticksPerSlot;
}
