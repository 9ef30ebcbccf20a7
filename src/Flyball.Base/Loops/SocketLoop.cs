using System.Collections.Concurrent;

namespace Flyball.Base.Loops;

/// <summary>
/// One thread and all that belongs to it: sockets, timers, buffers. Nothing here is shared with other loops, so nothing
/// is locked; other threads get work done through <see cref="Post"/>. Linux only.
/// </summary>
public class SocketLoop : IDisposable
{
    private readonly TimeProvider time;
    private readonly Action<Exception> failed;
    private readonly Thread thread;
    private readonly ConcurrentQueue<Action> posted = new();
    private readonly Lock posting = new();
    private readonly Queue<LoopSocket> deferred = new();
    private volatile bool ended;
    private bool refuses;

    /// <param name="name">Of the thread.</param>
    /// <param name="time">For time-outs.</param>
    /// <param name="failed">
    /// Told of a failure that nobody expected, which costs the one connection it happened on.
    /// </param>
    public SocketLoop(string name, TimeProvider time, Action<Exception> failed)
    {
        this.time = time;
        this.failed = failed;
        Now = time.GetTimestamp();
        Timers = new TimerWheel(time.TimestampFrequency, Now, Tell);
        thread = new Thread(Run) { IsBackground = true, Name = name };
    }

    public Poller Poller { get; } = new();

    public TimerWheel Timers { get; }

    public BufferPool Buffers { get; } = new();

    /// <summary>The time of this turn, in the time provider's timestamps; for time-outs.</summary>
    public long Now { get; private set; }

    /// <summary>The caller is on the loop's thread.</summary>
    public bool IsCurrent => Thread.CurrentThread == thread;

    /// <summary>The exact time, for what is measured.</summary>
    public long Clock() => time.GetTimestamp();

    public long After(TimeSpan delay) => Now + (long)(delay.TotalSeconds * time.TimestampFrequency);

    public void Start() => thread.Start();

    /// <summary>Has the loop do something; from any thread. False when it has ended.</summary>
    public bool Post(Action action)
    {
        // Held over the call, since the poller goes with the loop.
        lock (posting)
        {
            if (refuses) return false;
            posted.Enqueue(action);
            Poller.Wake();
            return true;
        }
    }

    /// <summary>Does something on the loop and completes with it.</summary>
    /// <exception cref="ObjectDisposedException">The loop has ended.</exception>
    public Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool accepted = Post(() =>
        {
            try
            {
                answer.SetResult(question());
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        if (!accepted) answer.SetException(new ObjectDisposedException(thread.Name));
        return answer.Task;
    }

    /// <summary>
    /// Gives the socket another turn after the others have had theirs: one that has much to do does not starve them.
    /// </summary>
    public void Defer(LoopSocket socket)
    {
        if (socket.IsDeferred) return;
        socket.IsDeferred = true;
        deferred.Enqueue(socket);
    }

    /// <summary>Ends the thread; what is still open is closed.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        Post(() => ended = true);
        if (thread.IsAlive) thread.Join();
    }

    /// <summary>Its sockets are closed; on the loop's thread, the last that runs there.</summary>
    protected virtual void OnEnded()
    {
    }

    private void Run()
    {
        while (!ended)
        {
            int count = Poller.Wait(deferred.Count > 0 || !posted.IsEmpty ? 0 : Timers.DelayMs(Now));
            Now = time.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                if (Poller.Take(i) is { } socket) Turn(socket);
            }

            for (int i = deferred.Count; i > 0; i--)
            {
                LoopSocket socket = deferred.Dequeue();
                socket.IsDeferred = false;
                if (socket.IsOpen) Turn(socket);
            }

            DoPosted();
            Timers.Advance(Now);
        }

        lock (posting) refuses = true;
        DoPosted();
        foreach (LoopSocket socket in Poller.Sockets.ToArray()) socket.End();
        OnEnded();
        Poller.Dispose();
    }

    private void DoPosted()
    {
        while (posted.TryDequeue(out Action? action))
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failed(e);
            }
        }
    }

    private void Turn(LoopSocket socket)
    {
        try
        {
            socket.OnReady();
        }
        catch (Exception e)
        {
            GiveUp(socket, e);
        }
    }

    /// <summary>
    /// A failure that nobody expected costs the one connection it happened on: the others on the loop go on.
    /// </summary>
    private void GiveUp(LoopSocket? socket, Exception reason)
    {
        failed(reason);
        try
        {
            socket?.Abandon();
        }
        catch (Exception e)
        {
            // What it was about is unknown twice over; its descriptor is closed, the loop goes on.
            failed(e);
        }
    }

    private void Tell(ITimed owner)
    {
        try
        {
            owner.OnTimer();
        }
        catch (Exception e)
        {
            GiveUp(owner as LoopSocket, e);
        }
    }
}
