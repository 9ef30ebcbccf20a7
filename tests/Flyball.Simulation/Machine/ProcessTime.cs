namespace Flyball.Simulation.Machine;

/// <summary>The time as one process sees it: its machine's wall clock may be off, its timers end with it.</summary>
internal sealed class ProcessTime(SimulatedProcess process, VirtualTime clock, TimeSpan skew) : TimeProvider
{
    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + skew;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ProcessTimer(process, clock, () => callback(state), dueTime, period);

    private sealed class ProcessTimer : ITimer
    {
        private readonly SimulatedProcess process;
        private readonly Action callback;
        private readonly ITimer timer;

        public ProcessTimer(
            SimulatedProcess process, VirtualTime clock, Action callback, TimeSpan dueTime, TimeSpan period)
        {
            this.process = process;
            this.callback = callback;
            timer = clock.CreateTimer(
                static self => ((ProcessTimer)self!).Fire(), this, Timeout.InfiniteTimeSpan, period);
            timer.Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();

        private void Fire()
        {
            if (process.IsDead) timer.Dispose();
            else process.Post(callback);
        }
    }
}
