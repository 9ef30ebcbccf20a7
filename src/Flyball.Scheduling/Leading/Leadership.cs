using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Leading;

/// <summary>
/// One turn at the lease: loads everything, then follows changes, plans what they touch and commits the plans, until
/// the lease is lost. It plans only from an index that holds its own last commits, so it never plans a thing twice.
/// </summary>
internal sealed class Leadership(
    IResourceStore store,
    Reconciler reconciler,
    SchedulingPolicy policy,
    SchedulingOptions options,
    SchedulingMetrics metrics,
    TimeProvider time,
    LeaseEpoch lease,
    string holder)
{
    /// <summary>
    /// After a conflict the change that caused it is on its way; planning again before it came would be for nothing.
    /// </summary>
    private const int ConflictDelayMs = 20;

    /// <summary>A store that takes no writes now (a full disk) is asked again after this time.</summary>
    private const int RefusedDelayMs = 1000;

    private readonly ClusterIndex index = new();
    private readonly WakeQueue wakes = new();
    private readonly SortedSet<string> dirty = new(StringComparer.Ordinal);
    private Revision seen;
    private Revision committed;
    private bool isLost;

    public async Task<LeadershipEnd> RunAsync(CancellationToken cancellation)
    {
        using var watchEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Load();
        await using IAsyncEnumerator<ChangeBatch> watch = store
            .WatchAsync(ClusterIndex.WatchedKinds, seen, watchEnd.Token).GetAsyncEnumerator(watchEnd.Token);
        Task<bool> next = watch.MoveNextAsync().AsTask();
        try
        {
            long renewAt = RenewAt();
            while (!isLost)
            {
                if (Now >= renewAt)
                {
                    if (!await RenewAsync(cancellation)) break;
                    renewAt = RenewAt();
                }

                if (seen >= committed && TakePass() is { Count: > 0 } pass) await PlanAsync(pass, cancellation);
                if (isLost || dirty.Count > 0 && seen >= committed && !next.IsCompleted) continue;
                await WaitAsync(next, renewAt, cancellation);
                if (!next.IsCompleted) continue;
                if (!await next || watch.Current.Compacted) return LeadershipEnd.FellBehind;
                Apply(watch.Current);
                next = watch.MoveNextAsync().AsTask();
            }

            return LeadershipEnd.LeaseLost;
        }
        finally
        {
            // Not CancelAsync: that runs on the thread pool, which the simulator does not have.
            watchEnd.Cancel();
            await EndAsync(next);
        }
    }

    /// <summary>
    /// The watch must stand still before it is disposed; how it ended has been told already or does not matter.
    /// </summary>
    private static async Task EndAsync(Task<bool> next)
    {
        try
        {
            await next;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private long RenewAt() => Now + (long)(options.LeaseDuration.TotalMilliseconds / 3);

    private void Load()
    {
        ResourceSnapshot snapshot = store.Current;
        index.Load(snapshot, Now);
        seen = snapshot.Revision;
    }

    private void Apply(ChangeBatch batch)
    {
        long now = Now;
        foreach (ResourceChange change in batch.Changes) index.Apply(change, now);
        seen = batch.Through;
    }

    private async Task<bool> RenewAsync(CancellationToken cancellation)
    {
        LeaseEpoch? renewed = await store.AcquireAsync(lease.Name, holder, options.LeaseDuration, cancellation);
        return renewed == lease;
    }

    /// <summary>The next workloads to plan, in order of name; the rest stays for the pass after.</summary>
    private List<string> TakePass()
    {
        foreach (string name in wakes.TakeDue(Now)) dirty.Add(name);
        dirty.UnionWith(index.TakeDirty());
        List<string> pass = [.. dirty.Take(options.PassWorkloadsMax)];
        dirty.ExceptWith(pass);
        return pass;
    }

    private async Task PlanAsync(List<string> names, CancellationToken cancellation)
    {
        long begin = time.GetTimestamp();
        Plan plan = reconciler.Reconcile(new ClusterView(index, Now, policy), names);
        metrics.Planned(time.GetElapsedTime(begin));
        foreach (WorkloadPlan workload in plan.Workloads)
        {
            index.SetAwaiting(workload.Workload, workload.AwaitsOthers);
            wakes.Set(workload.Workload, workload.WakeAtUnixMs);
        }

        // Independent transactions, handed over together: the store writes them to disk as one group.
        WorkloadPlan[] toCommit = [.. plan.Workloads.Where(workload => !workload.IsEmpty)];
        var commits = new Task<CommitResult>[toCommit.Length];
        for (int i = 0; i < toCommit.Length; i++)
            commits[i] = store.CommitAsync(toCommit[i].ToTransaction(time).Under(lease), cancellation).AsTask();
        CommitResult[] results = await Task.WhenAll(commits);
        for (int i = 0; i < results.Length; i++) Conclude(toCommit[i], results[i]);
    }

    private void Conclude(WorkloadPlan plan, CommitResult result)
    {
        metrics.Committed(result.Outcome);
        switch (result.Outcome)
        {
            case CommitOutcome.Committed:
                if (plan.Writes.Count > 0 && result.Revision > committed) committed = result.Revision;
                break;
            case CommitOutcome.LeaseLost:
                isLost = true;
                break;
            case CommitOutcome.Conflict:
                wakes.Set(plan.Workload, Now + ConflictDelayMs);
                break;
            default:
                wakes.Set(plan.Workload, Now + RefusedDelayMs);
                break;
        }
    }

    private async Task WaitAsync(Task<bool> next, long renewAt, CancellationToken cancellation)
    {
        if (next.IsCompleted) return;
        long until = seen >= committed ? Math.Min(renewAt, wakes.NextUnixMs ?? renewAt) : renewAt;
        TimeSpan delay = TimeSpan.FromMilliseconds(Math.Max(0, until - Now));
        using var timerEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(next, Pause.ForAsync(delay, time, timerEnd.Token));
        timerEnd.Cancel();
        cancellation.ThrowIfCancellationRequested();
    }
}
