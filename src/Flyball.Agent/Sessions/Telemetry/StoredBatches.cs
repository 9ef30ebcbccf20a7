namespace Flyball.Agent.Sessions.Telemetry;

/// <summary>
/// Up to which batch each sending process's telemetry is stored, so that what is sent again after a broken stream is
/// stored once. Bounded: of more than <see cref="RunsMax"/> processes those that were silent longest are forgotten, and
/// then the store recognises samples by series and time. Thread-safe.
/// </summary>
internal sealed class StoredBatches : IDisposable
{
    private const int RunsMax = 4_096;

    private readonly Lock gate = new();
    private readonly Dictionary<ulong, LinkedListNode<Run>> runs = [];
    private readonly LinkedList<Run> byUse = [];

    /// <summary>
    /// Waits until no other stream stores batches of the run; to be released with <see cref="Run.Release"/>.
    /// </summary>
    public async ValueTask<Run> EnterAsync(ulong id, CancellationToken cancellation)
    {
        Run run = Find(id);
        await run.EnterAsync(cancellation);
        return run;
    }

    /// <summary>Nobody may be inside any more.</summary>
    public void Dispose()
    {
        foreach (Run run in byUse) run.Dispose();
    }

    private Run Find(ulong id)
    {
        lock (gate)
        {
            if (runs.TryGetValue(id, out LinkedListNode<Run>? known))
            {
                byUse.Remove(known);
                byUse.AddLast(known);
                return known.Value;
            }

            if (runs.Count >= RunsMax)
            {
                // A stream may still be inside, so the run is left to the garbage collector.
                runs.Remove(byUse.First!.Value.Id);
                byUse.RemoveFirst();
            }

            LinkedListNode<Run> fresh = byUse.AddLast(new Run(id));
            runs.Add(id, fresh);
            return fresh.Value;
        }
    }

    /// <summary>One process's batches; whoever entered has it alone.</summary>
    internal sealed class Run(ulong id) : IDisposable
    {
        private readonly SemaphoreSlim alone = new(1);

        public ulong Id => id;

        /// <summary>The last batch that is stored, or was refused for good; ids increase.</summary>
        public ulong LastId { get; set; }

        public Task EnterAsync(CancellationToken cancellation) => alone.WaitAsync(cancellation);

        public void Release() => alone.Release();

        public void Dispose() => alone.Dispose();
    }
}
