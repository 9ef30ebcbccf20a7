using Flyball.Base.Transport;

namespace Flyball.Simulation.Network;

/// <summary>
/// One direction of a stream, as TCP has it: what was sent arrives after a delay and in order, or not at all because
/// the stream broke. While the two machines are cut off from each other it stays under way.
/// </summary>
internal sealed class Direction<T> where T : class
{
    private readonly SimulatedNetwork network;
    private readonly string from;
    private readonly string to;
    private readonly Func<T, T> copy;
    private readonly ITimer timer;
    private readonly TimeProvider time;

    /// <summary>A message, or without one what the end of the stream does when it arrives.</summary>
    private readonly Queue<(DateTimeOffset At, T? Message, Action? End)> underWay = new();

    private readonly Queue<T> arrived = new();
    private DateTimeOffset lastArrival;
    private TaskCompletionSource? waiting;
    private TransportException? closedToSend;
    private TransportException? closedToReceive;
    private bool ended;

    public Direction(SimulatedNetwork network, TimeProvider time, string from, string to, Func<T, T> copy)
    {
        this.network = network;
        this.time = time;
        this.from = from;
        this.to = to;
        this.copy = copy;
        timer = time.CreateTimer(
            static self => ((Direction<T>)self!).Deliver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Send(T message)
    {
        if (closedToSend is not null) throw closedToSend;
        Enqueue(copy(message), null);
        // A sender that never heard its own success sends again: the receiver must not mind.
        if (network.IsRepeated()) Enqueue(copy(message), null);
    }

    /// <summary>The sender says no more; the receiver hears of it after all that was sent before.</summary>
    public void SendEnd(Action arrives)
    {
        closedToSend ??= new TransportException("the stream has ended");
        Enqueue(null, arrives);
    }

    public async ValueTask<T?> ReceiveAsync(CancellationToken cancellation)
    {
        while (arrived.Count == 0)
        {
            if (closedToReceive is not null) throw closedToReceive;
            if (ended) return null;
            // Not with asynchronous continuations: WaitAsync would have them run on the thread pool.
            waiting ??= new TaskCompletionSource();
            await waiting.Task.WaitAsync(cancellation);
        }

        return arrived.Dequeue();
    }

    public void CloseToSend(string reason) => closedToSend = new TransportException(reason);

    /// <summary>The receiver's end broke: what had not been read is lost.</summary>
    public void CloseToReceive(string reason)
    {
        closedToReceive ??= new TransportException(reason);
        arrived.Clear();
        underWay.Clear();
        timer.Dispose();
        Wake();
    }

    /// <summary>No more will come, in order.</summary>
    public void End()
    {
        ended = true;
        Wake();
    }

    /// <summary>The machines see each other again.</summary>
    public void Resume() => Schedule();

    private void Enqueue(T? message, Action? end)
    {
        DateTimeOffset arrival = time.GetUtcNow() + network.Delay();
        // Nothing overtakes, and no two messages arrive at one instant.
        if (arrival <= lastArrival) arrival = lastArrival.AddTicks(1);
        lastArrival = arrival;
        underWay.Enqueue((arrival, message, end));
        if (underWay.Count == 1) Schedule();
    }

    private void Schedule()
    {
        if (underWay.Count == 0 || network.IsCut(from, to)) return;
        TimeSpan wait = underWay.Peek().At - time.GetUtcNow();
        timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Deliver()
    {
        while (underWay.Count > 0 && underWay.Peek().At <= time.GetUtcNow() && !network.IsCut(from, to))
        {
            (_, T? message, Action? end) = underWay.Dequeue();
            if (message is not null) arrived.Enqueue(message);
            else end!();
        }

        if (arrived.Count > 0) Wake();
        Schedule();
    }

    private void Wake()
    {
        TaskCompletionSource? waiter = waiting;
        waiting = null;
        waiter?.SetResult();
    }
}
