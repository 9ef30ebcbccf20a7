using System.Collections.Concurrent;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Relaying;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.FastPath.Loops;

/// <summary>
/// One thread and all that belongs to it: sockets, timers, buffers, connections to endpoints. Nothing here is shared
/// with other loops, so nothing is locked; other threads get work done through <see cref="Post"/>.
/// </summary>
internal sealed partial class EventLoop : IDisposable
{
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Thread thread;
    private readonly ConcurrentQueue<Action> posted = new();
    private readonly Queue<LoopSocket> deferred = new();
    private volatile bool ended;

    public EventLoop(int number, LoopParts parts)
    {
        Parts = parts;
        time = parts.Time;
        logger = parts.Logger;
        Now = time.GetTimestamp();
        Timers = new TimerWheel(time.TimestampFrequency, Now, Tell);
        Pools = new UpstreamPools(this);
        Exchanges = new ExchangePool(this);
        Scratch = new byte[parts.ScratchBytes];
        Path = new char[RequestHead.FirstLineBytesMax + 1];
        Request = new RequestHead(parts.Options.HeaderCountMax, parts.Options.HeaderBytesMax);
        Answer = new AnswerHead(LoopParts.AnswerFieldsMax);
        Date = new DateLine(time);
        thread = new Thread(Run) { IsBackground = true, Name = $"gateway loop {number}" };
    }

    public LoopParts Parts { get; }

    public Poller Poller { get; } = new();

    public TimerWheel Timers { get; }

    public BufferPool Buffers { get; } = new();

    public UpstreamPools Pools { get; }

    public ExchangePool Exchanges { get; }

    public ClientCount Clients { get; } = new();

    public DateLine Date { get; }

    /// <summary>Where heads are written before they take their place in a buffer.</summary>
    public byte[] Scratch { get; }

    public char[] Path { get; }

    /// <summary>The parsers, which keep nothing from one head to the next.</summary>
    public RequestHead Request { get; }

    public AnswerHead Answer { get; }

    /// <summary>The time of this turn, in the time provider's timestamps; for time-outs.</summary>
    public long Now { get; private set; }

    /// <summary>Set while the gateway stops: connections end after their request.</summary>
    public bool IsStopping { get; set; }

    /// <summary>The exact time, for what is measured.</summary>
    public long Clock() => time.GetTimestamp();

    public long After(TimeSpan delay) => Now + (long)(delay.TotalSeconds * time.TimestampFrequency);

    public void Start() => thread.Start();

    /// <summary>Has the loop do something; from any thread.</summary>
    public void Post(Action action)
    {
        posted.Enqueue(action);
        Poller.Wake();
    }

    /// <summary>Does something on the loop and completes with it.</summary>
    public Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
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
        Post(() => ended = true);
        if (thread.IsAlive) thread.Join();
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

            while (posted.TryDequeue(out Action? action)) action();
            Timers.Advance(Now);
        }

        foreach (LoopSocket socket in Poller.Sockets.ToArray()) socket.CloseDescriptor();
        Poller.Dispose();
    }

    /// <summary>
    /// A failure that nobody expected costs the one connection it happened on: the others on the loop go on.
    /// </summary>
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

    private void GiveUp(LoopSocket? socket, Exception reason)
    {
        Log.Failed(logger, reason);
        try
        {
            socket?.Abandon();
        }
        catch (Exception e)
        {
            // What it was about is unknown twice over; its descriptor is closed, the loop goes on.
            Log.Failed(logger, e);
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

    private static partial class Log
    {
        [LoggerMessage(3061, LogLevel.Error, "BUG: a connection failed in a way nobody expected and was closed")]
        public static partial void Failed(ILogger logger, Exception reason);
    }
}
