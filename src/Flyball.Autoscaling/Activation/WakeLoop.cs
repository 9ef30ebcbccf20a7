using Flyball.Autoscaling.Deciding;
using Flyball.Autoscaling.Leading;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Autoscaling;
using Microsoft.Extensions.Logging;

namespace Flyball.Autoscaling.Activation;

/// <summary>
/// Brings a workload back from zero as soon as a request waits for it, whatever the decisions of the ticks are busy
/// with: it needs no metrics. Shares nothing with them but the store, whose revisions tell who came first.
/// </summary>
internal sealed partial class WakeLoop(
    IResourceStore store, ActivationBoard asked, DecisionWriter writer, AutoscalingMetrics metrics, TimeProvider time,
    ILogger logger)
{
    /// <summary>Between tries while the store takes nothing.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Tries of one waking while others write to the same workload. Afterwards the gateways' next report is waited for,
    /// seconds later.
    /// </summary>
    private const int TriesMax = 3;

    /// <summary>Runs while the lease is held; ends, without an exception, when cancelled or lost.</summary>
    public async Task RunAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        var isFailed = false;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (isFailed)
                    await Pause.ForAsync(RetryDelay, time, cancellation);
                isFailed = false;
                await asked.WaitAsync(cancellation);
                if (!await WakeAllAsync(lease, cancellation))
                    return;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Gateways tell again of requests that still wait.
                Log.Failed(logger, e);
                metrics.Failed();
                isFailed = true;
            }
        }
    }

    /// <returns>False when the lease passed to another server.</returns>
    public async Task<bool> WakeAllAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        var leads = true;
        foreach (var (workload, waiting) in asked.Waiting())
        {
            var outcome = CommitOutcome.Conflict;
            for (var tries = 0; outcome == CommitOutcome.Conflict && tries < TriesMax; tries++)
                outcome = await WakeAsync(workload, waiting, lease, cancellation);
            leads &= outcome != CommitOutcome.LeaseLost;
        }
        return leads;
    }

    // Null where nothing is to be done: it is on its way, or a person wants none.
    private (WorkloadState Workload, ScalingReport Report)? Decide(
        ResourceSnapshot snapshot, string name, int waiting)
    {
        if (snapshot.Get(Kinds.ScalePolicy, name) is not { Value.Mode: ScaleMode.Act } policy
            || ClusterState.Find(snapshot, policy) is not { Wanted: 0 } workload)
            return null;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (workload.PinnedUntil(now) is not null)
            return null;
        var wanted = Math.Max(1, policy.Value.Min);
        return (workload, new ScalingReport
        {
            Workload = name,
            Policy = policy.Value,
            Seen = new Observation
            {
                AtUnixMs = now, Replicas = 0, Ready = 0, Use = new WorkloadUse(waiting, TimeSpan.Zero, null),
            },
            Verdict = new Verdict
            {
                Wanted = wanted, Wished = wanted, Winner = SleepWatch.Waiting(waiting), Proposals = [], Missing = [],
            },
        });
    }

    private async Task<CommitOutcome> WakeAsync(
        string name, int waiting, LeaseEpoch lease, CancellationToken cancellation)
    {
        if (Decide(store.Current, name, waiting) is not (var workload, var report))
            return CommitOutcome.Committed;
        var transaction = writer.ScaleNow(workload, report).Under(lease);
        var result = await store.CommitAsync(transaction, cancellation);
        if (result.IsCommitted)
        {
            metrics.Changed(report.Verdict.Wanted);
            metrics.Activated("requests");
            Log.Woken(logger, name, waiting);
        }
        else if (result.Outcome != CommitOutcome.Conflict)
        {
            Log.NotWritten(logger, name, result.Outcome);
            metrics.Failed();
        }
        return result.Outcome;
    }

    private static partial class Log
    {
        [LoggerMessage(8020, LogLevel.Information, "{Workload} is brought back from zero: {Waiting} requests wait")]
        public static partial void Woken(ILogger logger, string workload, int waiting);

        [LoggerMessage(8021, LogLevel.Warning, "{Workload} was not brought back from zero: {Outcome}")]
        public static partial void NotWritten(ILogger logger, string workload, CommitOutcome outcome);

        [LoggerMessage(8022, LogLevel.Error, "Bringing workloads back from zero failed and is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
