namespace Flyball.Scheduling.Tests.Leading;

/// <summary>Runs everything that is awaited on one thread, turn by turn, as the simulator does.</summary>
internal sealed class TurnQueue : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> turns = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (turns) turns.Enqueue((d, state));
    }

    /// <summary>
    /// Runs to the end of <paramref name="main"/>; when nothing is left to do, <paramref name="idle"/> moves the clock.
    /// </summary>
    public static void Run(Func<Task> main, Action idle, int idleMax)
    {
        SynchronizationContext? before = Current;
        var queue = new TurnQueue();
        SetSynchronizationContext(queue);
        try
        {
            Task task = main();
            for (int i = 0; !task.IsCompleted; i++)
            {
                queue.Drain();
                if (task.IsCompleted) break;
                Assert.True(i < idleMax, "It never came to pass.");
                idle();
            }

            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private void Drain()
    {
        while (true)
        {
            (SendOrPostCallback Callback, object? State) turn;
            lock (turns)
                if (!turns.TryDequeue(out turn)) return;
            turn.Callback(turn.State);
        }
    }
}
