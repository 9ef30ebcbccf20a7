using System.Numerics;

namespace Flyball.Base.Loops;

/// <summary>
/// A loop's time-outs in slots of 10 ms. Setting a time-out to a later moment, which every request does, only writes
/// the moment: the timer is put into its new slot when the old one comes round. What lies beyond the wheel's ten
/// seconds waits in its last slot and is put on from there.
/// </summary>
public sealed class TimerWheel
{
    private const int Slots = 1024;
    private const int TicksPerSecond = 100;

    private readonly LoopTimer?[] slots = new LoopTimer?[Slots];
    private readonly ulong[] occupied = new ulong[Slots / 64];
    private readonly long timestampsPerTick;
    private readonly Action<ITimed> due;
    private long current;

    /// <param name="timestampsPerSecond">The unit of all moments here.</param>
    /// <param name="now">When it begins.</param>
    /// <param name="due">Called with the owner of each timer whose moment has come.</param>
    public TimerWheel(long timestampsPerSecond, long now, Action<ITimed> due)
    {
        this.due = due;
        timestampsPerTick = Math.Max(1, timestampsPerSecond / TicksPerSecond);
        current = now / timestampsPerTick;
    }

    public void Set(LoopTimer timer, long dueAt)
    {
        timer.DueAt = dueAt;
        if (timer.Tick >= 0)
        {
            if ((timer.Tick - 1) * timestampsPerTick <= dueAt) return;
            Unlink(timer);
        }

        Link(timer);
    }

    /// <summary>Takes the timer out at once.</summary>
    public void Remove(LoopTimer timer)
    {
        timer.DueAt = long.MaxValue;
        if (timer.Tick >= 0) Unlink(timer);
    }

    /// <summary>Calls the owners of all that is due.</summary>
    public void Advance(long now)
    {
        long until = now / timestampsPerTick;
        if (until - current > Slots) current = until - Slots;
        while (current < until)
        {
            current++;
            int slot = (int)(current & (Slots - 1));
            if ((occupied[slot >> 6] & (1ul << (slot & 63))) != 0) Empty(slot, now);
        }
    }

    /// <summary>Milliseconds until the next slot with a timer in it; -1 when there is none.</summary>
    public int DelayMs(long now)
    {
        int first = (int)((current + 1) & (Slots - 1));
        for (int i = 0; i <= Slots / 64; i++)
        {
            int word = ((first >> 6) + i) & ((Slots / 64) - 1);
            ulong bits = occupied[word];
            if (i == 0) bits &= ulong.MaxValue << (first & 63);
            if (i == Slots / 64) bits &= ~(ulong.MaxValue << (first & 63));
            if (bits == 0) continue;
            int slot = (word << 6) + BitOperations.TrailingZeroCount(bits);
            long tick = current + 1 + ((slot - first) & (Slots - 1));
            long wait = (tick * timestampsPerTick) - now;
            return wait <= 0 ? 0 : (int)((wait * 1000 / (timestampsPerTick * TicksPerSecond)) + 1);
        }

        return -1;
    }

    /// <summary>
    /// Nothing is linked into this slot meanwhile, since the furthest slot is the one before it; owners may take other
    /// timers out of it.
    /// </summary>
    private void Empty(int slot, long now)
    {
        while (slots[slot] is { } timer)
        {
            Unlink(timer);
            if (timer.DueAt <= now)
            {
                timer.DueAt = long.MaxValue;
                due(timer.Owner);
            }
            else if (timer.DueAt != long.MaxValue)
            {
                Link(timer);
            }
        }
    }

    private void Link(LoopTimer timer)
    {
        // The slot after the moment: a time-out never comes early.
        long tick = (timer.DueAt / timestampsPerTick) + 1;
        timer.Tick = Math.Clamp(tick, current + 1, current + Slots - 1);
        int slot = (int)(timer.Tick & (Slots - 1));
        timer.Previous = null;
        timer.Next = slots[slot];
        if (timer.Next is { } next) next.Previous = timer;
        slots[slot] = timer;
        occupied[slot >> 6] |= 1ul << (slot & 63);
    }

    private void Unlink(LoopTimer timer)
    {
        int slot = (int)(timer.Tick & (Slots - 1));
        if (timer.Next is { } next) next.Previous = timer.Previous;
        if (timer.Previous is { } previous) previous.Next = timer.Next;
        else slots[slot] = timer.Next;
        if (slots[slot] is null) occupied[slot >> 6] &= ~(1ul << (slot & 63));
        timer.Previous = timer.Next = null;
        timer.Tick = -1;
    }
}
