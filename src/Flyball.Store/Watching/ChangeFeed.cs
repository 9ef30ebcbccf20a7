using System.Runtime.CompilerServices;
using Flyball.Base.Resources;

namespace Flyball.Store.Watching;

/// <summary>
/// The newest snapshot and the watches on it. One writer publishes; any thread reads. Order of a publication: the
/// snapshot, the recent changes, the bells of those watches whose kinds changed.
/// </summary>
internal sealed class ChangeFeed
{
    private readonly Lock gate = new();
    private readonly List<Watcher> watchers = [];
    private readonly RecentChanges recent;
    private readonly IChangeLog log;
    private readonly StoreLimits limits;
    private readonly StoreMetrics metrics;
    private volatile ResourceSnapshot current = ResourceSnapshot.Empty;
    private int generation;
    private long wakes;

    public ChangeFeed(StoreLimits limits, IChangeLog log, StoreMetrics metrics)
    {
        this.limits = limits;
        this.log = log;
        this.metrics = metrics;
        recent = new RecentChanges(limits.RecentChangesMax, limits.RecentBytesMax);
    }

    public ResourceSnapshot Current => current;

    /// <summary>How often a watch was woken. It must not grow with changes of kinds that nobody watches.</summary>
    public long Wakes => Interlocked.Read(ref wakes);

    /// <summary>Everything before is another history (first load, restore): every watch lists again.</summary>
    public void Reset(ResourceSnapshot snapshot)
    {
        lock (gate)
        {
            current = snapshot;
            recent.Reset(snapshot.Revision);
            generation++;
            foreach (Watcher watcher in watchers) watcher.Ring();
        }
    }

    public void Publish(ResourceSnapshot next, IReadOnlyList<ResourceChange> changes)
    {
        lock (gate)
        {
            // Within the lock: whoever saw this revision in Current and watches from it must find it in the ring.
            current = next;
            recent.Append(changes, next.Revision);
            if (watchers.Count == 0) return;
            string[] kinds = [.. changes.Select(change => change.Key.Kind).Distinct(StringComparer.Ordinal)];
            foreach (Watcher watcher in watchers)
                if (kinds.Any(watcher.Filter.Matches)) watcher.Ring();
        }
    }

    /// <summary>Changes up to and including <paramref name="through"/> may no longer be watched from before.</summary>
    public void Compact(Revision through)
    {
        lock (gate) recent.DropThrough(through);
    }

    public IAsyncEnumerable<ChangeBatch> WatchAsync(
        IReadOnlyList<string> kinds, Revision after, CancellationToken cancellation) =>
        WatchAsync(new KindFilter(kinds), after, null, cancellation);

    /// <summary>
    /// A watch that also yields a batch without changes when <paramref name="progress"/> ticks and the store has moved
    /// on: a reader elsewhere then knows that it missed nothing.
    /// </summary>
    internal async IAsyncEnumerable<ChangeBatch> WatchAsync(
        KindFilter filter,
        Revision after,
        WatchProgress? progress,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var watcher = new Watcher(filter);
        progress?.Attach(watcher);
        int seen = Register(watcher);
        Revision cursor = after;
        Revision reported = after;
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                ChangeBatch? batch = Read(cursor, watcher.Filter, ref seen, out bool isBehind, out Revision last);
                if (isBehind)
                    batch = await log.ReadAsync(cursor, last, watcher.Filter, limits.WatchBatchMax, cancellation);
                if (batch is null)
                {
                    metrics.WatchCompacted();
                    batch = new ChangeBatch(last, [], Compacted: true);
                }

                cursor = batch.Through;
                if (batch.Compacted || batch.Changes.Count > 0 || (cursor > reported && progress?.TryTake() == true))
                {
                    reported = cursor;
                    yield return batch;
                }

                if (cursor < last) continue;
                await watcher.WaitAsync(cancellation);
                Interlocked.Increment(ref wakes);
            }
        }
        finally
        {
            lock (gate) watchers.Remove(watcher);
            progress?.Detach();
        }
    }

    private int Register(Watcher watcher)
    {
        lock (gate)
        {
            watchers.Add(watcher);
            return generation;
        }
    }

    /// <summary>
    /// Null with <paramref name="isBehind"/> unset: the history changed under the reader, which lists again.
    /// </summary>
    private ChangeBatch? Read(Revision cursor, KindFilter filter, ref int seen, out bool isBehind, out Revision last)
    {
        lock (gate)
        {
            last = recent.Last;
            bool isOtherHistory = seen != generation || cursor > last;
            seen = generation;
            isBehind = !isOtherHistory && recent.IsBehind(cursor, filter);
            return isOtherHistory || isBehind ? null : recent.Read(cursor, filter, limits.WatchBatchMax);
        }
    }
}
