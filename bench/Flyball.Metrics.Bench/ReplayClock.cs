namespace Flyball.Metrics.Bench;

/// <summary>
/// A clock whose wall time is set by the data that is replayed; timers and time stamps are the machine's.
/// </summary>
internal sealed class ReplayClock(long startMs) : TimeProvider
{
    private long _nowMs = startMs;

    public void Set(long nowMs) => Volatile.Write(ref _nowMs, nowMs);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Volatile.Read(ref _nowMs));
}
