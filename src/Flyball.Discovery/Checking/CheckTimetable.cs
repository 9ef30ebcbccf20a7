namespace Flyball.Discovery.Checking;

/// <summary>
/// Which check is to be looked at next. A check may stand in it several times; whoever takes it finds out by itself
/// whether there is something to do.
/// </summary>
internal sealed class CheckTimetable
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<RunningCheck, long> queue = new();
    private TaskCompletionSource earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(RunningCheck check, long atUnixMs)
    {
        lock (gate)
        {
            bool isFirst = !queue.TryPeek(out _, out long first) || atUnixMs < first;
            queue.Enqueue(check, atUnixMs);
            if (isFirst) earlier.TrySetResult();
        }
    }

    /// <summary>
    /// A check whose time has come; else when the next one's comes, and what completes if that moves.
    /// </summary>
    public RunningCheck? Take(long nowUnixMs, out long? nextUnixMs, out Task movedUp)
    {
        lock (gate)
        {
            nextUnixMs = null;
            if (queue.TryPeek(out RunningCheck? check, out long at))
            {
                if (at <= nowUnixMs)
                {
                    queue.Dequeue();
                    movedUp = Task.CompletedTask;
                    return check;
                }

                nextUnixMs = at;
            }

            if (earlier.Task.IsCompleted) earlier = new(TaskCreationOptions.RunContinuationsAsynchronously);
            movedUp = earlier.Task;
            return null;
        }
    }
}
