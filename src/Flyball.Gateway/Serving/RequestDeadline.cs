namespace Flyball.Gateway.Serving;

/// <summary>
/// A time-out that is set, moved and cleared without making objects: one timer and, until it has passed once, one
/// cancellation source serve all requests of a connection.
/// </summary>
internal sealed class RequestDeadline : IDisposable
{
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Lock gate = new();
    private CancellationTokenSource source = new();
    private long dueAt = long.MaxValue;

    public RequestDeadline(TimeProvider time)
    {
        this.time = time;
        timer = time.CreateTimer(
            static self => ((RequestDeadline)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public CancellationToken Token => source.Token;

    public bool HasPassed => source.IsCancellationRequested;

    /// <summary>Begins a new wait, with a token that has not passed.</summary>
    public void Begin(TimeSpan timeout)
    {
        lock (gate)
        {
            if (!source.TryReset())
            {
                source.Dispose();
                source = new CancellationTokenSource();
            }
        }

        Move(timeout);
    }

    /// <summary>The wait begins again, if it had not passed.</summary>
    public void Move(TimeSpan timeout)
    {
        lock (gate) dueAt = time.GetTimestamp() + (long)(timeout.TotalSeconds * time.TimestampFrequency);
        timer.Change(timeout, Timeout.InfiniteTimeSpan);
    }

    public void Clear()
    {
        // The timer is left to run out: changing it costs more than a late call that finds nothing due.
        lock (gate) dueAt = long.MaxValue;
    }

    public void Dispose()
    {
        timer.Dispose();
        source.Dispose();
    }

    private void Fire()
    {
        CancellationTokenSource? passed = null;
        TimeSpan left = TimeSpan.Zero;
        lock (gate)
        {
            if (dueAt == long.MaxValue) return;
            left = time.GetElapsedTime(time.GetTimestamp(), dueAt);
            if (left <= TimeSpan.Zero)
            {
                dueAt = long.MaxValue;
                passed = source;
            }
        }

        // A call of an earlier setting of the timer: the wait has been moved since.
        if (passed is null) timer.Change(left, Timeout.InfiniteTimeSpan);
        else passed.Cancel();
    }
}
