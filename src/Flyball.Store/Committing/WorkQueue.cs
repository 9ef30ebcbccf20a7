namespace Flyball.Store.Committing;

/// <summary>
/// What waits for the writer: bounded in number and bytes, many callers in, one thread out. Tasks (maintenance) go
/// before transactions and do not count against their bound; they come from inside the store.
/// </summary>
internal sealed class WorkQueue(int lengthMax, long bytesMax) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Queue<IStoreWork> works = new();
    private readonly Queue<Action> tasks = new();
    private readonly AutoResetEvent arrived = new(false);
    private long bytes;
    private bool closed;

    public int Length
    {
        get
        {
            lock (gate) return works.Count;
        }
    }

    /// <summary>Null when taken, else the bound that was reached.</summary>
    /// <exception cref="ObjectDisposedException">The store is closing.</exception>
    public string? TryAdd(IStoreWork work)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, typeof(WorkQueue));
            if (works.Count >= lengthMax) return $"QueueTransactionsMax: {lengthMax} transactions wait for the writer.";
            if (bytes + work.SizeBytes > bytesMax)
                return $"QueueBytesMax: {bytes} bytes wait for the writer, at most {bytesMax}.";
            works.Enqueue(work);
            bytes += work.SizeBytes;
        }

        arrived.Set();
        return null;
    }

    /// <summary>False when the store is closing: the task will not run.</summary>
    public bool TryAddTask(Action task)
    {
        lock (gate)
        {
            if (closed) return false;
            tasks.Enqueue(task);
        }

        arrived.Set();
        return true;
    }

    /// <summary>Blocks until something waits; false when the queue is closed and empty.</summary>
    public bool Wait()
    {
        while (true)
        {
            lock (gate)
            {
                if (works.Count > 0 || tasks.Count > 0) return true;
                if (closed) return false;
            }

            arrived.WaitOne();
        }
    }

    public Action? NextTask()
    {
        lock (gate) return tasks.TryDequeue(out Action? task) ? task : null;
    }

    /// <summary>Moves works into a group, oldest first; at least one when any waits.</summary>
    public void Take(List<IStoreWork> group, int countMax, long groupBytesMax)
    {
        long taken = 0;
        lock (gate)
        {
            while (group.Count < countMax && works.TryPeek(out IStoreWork? next))
            {
                if (group.Count > 0 && taken + next.SizeBytes > groupBytesMax) break;
                taken += next.SizeBytes;
                group.Add(works.Dequeue());
            }

            bytes -= taken;
        }
    }

    /// <summary>Takes nothing more; what waits is still done.</summary>
    public void Close()
    {
        lock (gate) closed = true;
        arrived.Set();
    }

    public void Dispose() => arrived.Dispose();
}
