namespace Flyball.Store.Watching;

/// <summary>Ticks that let a quiet watch report how far the store has come.</summary>
internal sealed class WatchProgress(TimeProvider time, TimeSpan interval)
{
    private ITimer? timer;
    private Watcher? watcher;
    private int due;

    public void Attach(Watcher attached)
    {
        watcher = attached;
        timer = time.CreateTimer(_ => Tick(), null, interval, interval);
    }

    public bool TryTake() => Interlocked.Exchange(ref due, 0) == 1;

    public void Detach() => timer?.Dispose();

    private void Tick()
    {
        Volatile.Write(ref due, 1);
        watcher?.Ring();
    }
}
