namespace Flyball.Simulation.Machine;

/// <summary>
/// Time that moves only when nothing else is left to do: timers fire in the order of their due times, ties in the order
/// in which they were made.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private readonly PriorityQueue<VirtualTimer, (long DueTicks, long Sequence)> due = new();
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long sequence;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves to the next timer that is due by <paramref name="end"/> and fires it; false when there is none.
    /// </summary>
    public bool FireNext(DateTimeOffset end)
    {
        while (due.TryPeek(out VirtualTimer? timer, out (long DueTicks, long Sequence) key))
        {
            if (key.DueTicks > end.Ticks) break;
            due.Dequeue();
            if (!timer.IsScheduledAt(key.Sequence)) continue;
            if (key.DueTicks > now.Ticks) now = new DateTimeOffset(key.DueTicks, TimeSpan.Zero);
            timer.Fire();
            return true;
        }

        if (now < end) now = end;
        return false;
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan period;
        private long scheduled;

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            period = newPeriod;
            scheduled = ++time.sequence;
            if (dueTime != Timeout.InfiniteTimeSpan) time.due.Enqueue(this, ((time.now + dueTime).Ticks, scheduled));
            return true;
        }

        public bool IsScheduledAt(long key) => scheduled == key;

        public void Fire()
        {
            if (period > TimeSpan.Zero) Change(period, period);
            else scheduled = 0;
            callback(state);
        }

        public void Dispose() => scheduled = 0;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
