using Flyball.Base.Resources;
using Flyball.Store.Committing;
using Flyball.Store.Watching;

namespace Flyball.Store.Memory;

/// <summary>
/// The store without a disk, for the simulator: the semantics of every other store (it shares their judgement of
/// transactions, their lease table and their watches, and passes their conformance suite). It starts no thread: what it
/// does, it does on the caller's, and waits are the time provider's, so a run under virtual time replays.
/// </summary>
public sealed class MemoryStore : IResourceStore, IWatchSource, IDisposable
{
    private static long stores;

    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly MemoryFaults? faults;
    private readonly StoreLimits limits;
    private readonly StoreMetrics metrics = new();
    private readonly MemoryChangeLog log = new();
    private readonly MemoryJournal journal = new();
    private readonly LeaseTable leases;
    private readonly ChangeFeed feed;

    public MemoryStore(TimeProvider time, MemoryFaults? faults = null, StoreLimits? limits = null)
    {
        this.time = time;
        this.faults = faults;
        this.limits = limits ?? new StoreLimits();
        leases = new LeaseTable(time, this.limits.LeasesMax);
        feed = new ChangeFeed(this.limits, log, metrics);
    }

    public ResourceSnapshot Current => feed.Current;

    ChangeFeed IWatchSource.Feed => feed;

    /// <summary>Each store is a history of its own: only whether two are the same matters, not their names.</summary>
    string IWatchSource.History { get; } = $"memory-{Interlocked.Increment(ref stores)}";

    public IAsyncEnumerable<ChangeBatch> WatchAsync(
        IReadOnlyList<string> kinds, Revision after, CancellationToken cancellation) =>
        feed.WatchAsync(kinds, after, cancellation);

    public async ValueTask<CommitResult> CommitAsync(
        StoreTransaction transaction, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (TransactionSize.Measure(transaction, limits, out _) is { } refusal)
        {
            metrics.Refused(refusal);
            return new CommitResult(CommitOutcome.Refused, Current.Revision, Reason: refusal);
        }

        await DelayAsync(cancellation);
        CommitResult result = IsFaulty()
            ? new CommitResult(CommitOutcome.Unavailable, Current.Revision, Reason: "A simulated fault.")
            : Commit(transaction);
        metrics.Answered(result.Outcome);
        // After the commit as well: callers must not count on seeing it before others do. No cancelling: it is durable.
        await DelayAsync(CancellationToken.None);
        return result;
    }

    public async ValueTask<LeaseEpoch?> AcquireAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellation = default)
    {
        LeaseArguments.Check(name, holder, duration);
        cancellation.ThrowIfCancellationRequested();
        await DelayAsync(cancellation);
        if (IsFaulty()) return null;
        lock (gate)
        {
            LeaseEpoch? turn = leases.Acquire(name, holder, duration);
            leases.Commit();
            return turn;
        }
    }

    public async ValueTask ReleaseAsync(LeaseEpoch lease, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        await DelayAsync(cancellation);
        if (IsFaulty()) return;
        lock (gate)
        {
            leases.Release(lease);
            leases.Commit();
        }
    }

    public ValueTask CompactAsync(Revision through, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        Revision target = through > Current.Revision ? Current.Revision : through;
        log.Compact(target);
        feed.Compact(target);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<JournalRow>> ReadAsync(JournalQuery query, CancellationToken cancellation = default)
    {
        JournalArguments.Check(query);
        cancellation.ThrowIfCancellationRequested();
        lock (gate) return new(journal.Read(query));
    }

    public ValueTask<int> TrimAsync(string table, long beforeUnixMs, CancellationToken cancellation = default)
    {
        JournalArguments.CheckTable(table);
        cancellation.ThrowIfCancellationRequested();
        lock (gate) return new(journal.Trim(table, beforeUnixMs));
    }

    public void Dispose() => metrics.Dispose();

    private CommitResult Commit(StoreTransaction transaction)
    {
        lock (gate)
        {
            var group = new CommitGroup(Current, leases);
            CommitResult result = group.Add(transaction);
            journal.Append(group.Entries);
            if (group.Changes.Count > 0)
            {
                log.Append(group.Changes);
                feed.Publish(group.Result(), group.Changes);
            }

            return result;
        }
    }

    private bool IsFaulty()
    {
        if (faults is null || faults.UnavailableShare <= 0) return false;
        lock (gate) return faults.Random.NextDouble() < faults.UnavailableShare;
    }

    private ValueTask DelayAsync(CancellationToken cancellation)
    {
        if (faults is null || faults.LatencyMax <= TimeSpan.Zero) return ValueTask.CompletedTask;
        double part;
        lock (gate) part = faults.Random.NextDouble();
        return new(Task.Delay(faults.LatencyMax * part, time, cancellation));
    }
}
