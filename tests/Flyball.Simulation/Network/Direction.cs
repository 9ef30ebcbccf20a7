using Flyball.Base.Transport;

namespace Flyball.Simulation.Network;

/// <summary>One direction of a stream: an ordered queue whose messages arrive after a delay, never while it is cut.</summary>
internal sealed class Direction<T>(SimulatedNetwork network, TimeProvider time, string from, string to, Func<T, T> copy)
    where T : class
{
    private static readonly TimeSpan RetransmitInterval = TimeSpan.FromMilliseconds(200);

    private readonly Queue<T> arrived = new();
    private DateTimeOffset lastArrival;
    private TaskCompletionSource? waiting;
    private bool ended;
    private TransportException? error;

    public void Send(T message)
    {
        if (ended) throw error ?? new TransportException("the stream has ended");
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset arrival = now + network.Delay();
        // A stream keeps its order: nothing overtakes, and no two messages arrive at one instant.
        if (arrival <= lastArrival) arrival = lastArrival.AddTicks(1);
        lastArrival = arrival;
        _ = DeliverAsync(copy(message), arrival - now);
    }

    public async ValueTask<T?> ReceiveAsync(CancellationToken cancellation)
    {
        while (arrived.Count == 0)
        {
            if (ended)
            {
                if (error is not null) throw error;
                return null;
            }

            waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await waiting.Task.WaitAsync(cancellation);
        }

        return arrived.Dequeue();
    }

    public void End(TransportException? reason)
    {
        if (ended) return;
        ended = true;
        error = reason;
        // What had not arrived when the stream broke is lost.
        if (reason is not null) arrived.Clear();
        Wake();
    }

    private async Task DeliverAsync(T message, TimeSpan delay)
    {
        await Task.Delay(delay, time);
        while (network.IsCut(from, to) && !ended) await Task.Delay(RetransmitInterval, time);
        if (ended && error is not null) return;
        arrived.Enqueue(message);
        Wake();
    }

    private void Wake()
    {
        TaskCompletionSource? waiter = waiting;
        waiting = null;
        waiter?.SetResult();
    }
}
