namespace Flyball.Discovery.Indexing;

/// <summary>
/// Wakes all who wait for the next change. Nothing is kept while nobody waits. Take <see cref="Next"/>, or
/// <see cref="Add"/>, before looking at what it is about: then no change falls between.
/// </summary>
internal sealed class ChangeSignal
{
    /// <summary>Of the links of every signal: it is held for a few instructions only.</summary>
    private static readonly Lock Gate = new();

    private TaskCompletionSource? waiting;
    private SignalWait? first;

    /// <summary>Completes at the next change.</summary>
    public Task Next
    {
        get
        {
            TaskCompletionSource? now = Volatile.Read(ref waiting);
            while (now is null)
            {
                var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                now = Interlocked.CompareExchange(ref waiting, fresh, null) ?? fresh;
            }

            return now.Task;
        }
    }

    /// <summary>Wakes it once, at the next change, unless it is removed before.</summary>
    public void Add(SignalWait wait)
    {
        lock (Gate)
        {
            wait.Signal = this;
            wait.Following = first;
            if (first is not null) first.Previous = wait;
            Volatile.Write(ref first, wait);
        }

        // What is looked at from here on is no older than the link.
        Interlocked.MemoryBarrier();
    }

    /// <summary>A wait that was woken, or is not there, is left alone.</summary>
    public static void Remove(SignalWait wait)
    {
        lock (Gate)
        {
            if (wait.Signal is not { } signal) return;
            if (wait.Previous is { } previous) previous.Following = wait.Following;
            else signal.first = wait.Following;
            if (wait.Following is { } following) following.Previous = wait.Previous;
            wait.Previous = wait.Following = null;
            wait.Signal = null;
        }
    }

    /// <summary>Wakes who waits.</summary>
    public void Fire()
    {
        // Also the barrier between the change and the look at who waits.
        if (Interlocked.Exchange(ref waiting, null) is { } woken) woken.TrySetResult();
        if (Volatile.Read(ref first) is null) return;
        SignalWait? next;
        lock (Gate)
        {
            next = first;
            first = null;
            for (SignalWait? wait = next; wait is not null; wait = wait.Following) wait.Signal = null;
        }

        while (next is { } wait)
        {
            next = wait.Following;
            wait.Previous = wait.Following = null;
            wait.Wake();
        }
    }
}
