namespace Flyball.Autoscaling.Tests.Leading;

/// <summary>A clock whose timers fire up to 20 ms before their time, as those of a real machine do by one.</summary>
internal sealed class EarlyTimers(TimeProvider inner) : TimeProvider
{
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(20);

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime > 2 * Early ? dueTime - Early : dueTime, period);
}
