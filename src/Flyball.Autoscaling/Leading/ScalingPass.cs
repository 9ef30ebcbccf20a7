using Flyball.Autoscaling.Deciding;
using Flyball.Autoscaling.Predicting;
using Flyball.Autoscaling.Signals;
using Flyball.Base.Resources;
using Flyball.Contracts.Autoscaling;
using Microsoft.Extensions.Logging;

namespace Flyball.Autoscaling.Leading;

/// <summary>
/// The decisions of one tick after the other, and the memory between them, for as long as this server leads.
/// </summary>
internal sealed partial class ScalingPass(
    IResourceStore store, PassReading reading, ForecastParts forecasts, ObservationBuilder observations,
    DecisionWriter writer, ScalingBoard board, AutoscalingMetrics metrics, ILogger logger)
{
    /// <summary>Transactions handed to the store together; it writes them to disk as one group.</summary>
    private const int CommitsAtOnceMax = 256;

    private readonly Dictionary<string, ScaledWorkload> memories = new(StringComparer.Ordinal);

    /// <summary>Decides for every workload at a tick.</summary>
    /// <returns>False when the lease passed to another server.</returns>
    public async Task<bool> RunAsync(long tick, LeaseEpoch lease, CancellationToken cancellation)
    {
        var cluster = ClusterState.Of(store.Current);
        Forget(cluster);
        if (cluster.Workloads.Count == 0)
        {
            board.Clear();
            return true;
        }
        var needs = new SignalNeeds();
        foreach (var workload in cluster.Workloads)
            needs.Add(workload.Policy.Value);
        var atUnixMs = tick * forecasts.IntervalMs;
        var time = reading.Begin();
        var book = await reading.Signals.ReadAsync(needs, atUnixMs, time.Signals, cancellation);
        observations.Begin(cluster, atUnixMs);
        var moment = new Moment(tick, lease, cluster, book, new ReplayBudget(forecasts.Interval, time.History));
        var reports = new Dictionary<string, ScalingReport>(StringComparer.Ordinal);
        // Whoever needs no PromQL of policies does not wait for it.
        var asks = cluster.Workloads.ToLookup(workload => needs.QueriesOf.ContainsKey(workload.Name));
        var leads = await DecideAsync(asks[false], moment, reports, cancellation);
        await reading.Expressions.ReadAsync(needs, book, atUnixMs, time.Expressions, cancellation);
        leads &= await DecideAsync(asks[true], moment, reports, cancellation);
        board.Show(reports);
        return leads;
    }

    private async Task<bool> DecideAsync(
        IEnumerable<WorkloadState> workloads, Moment moment, Dictionary<string, ScalingReport> reports,
        CancellationToken cancellation)
    {
        var commits = new List<Pending>();
        var leads = true;
        foreach (var workload in workloads)
        {
            if (await TryDecideAsync(workload, moment, cancellation) is not { } report)
                continue;
            reports.Add(workload.Name, report);
            var memory = memories[workload.Name];
            var (transaction, state) = writer.Write(workload, report, memory);
            if (transaction.IsEmpty)
            {
                memory.Recorded = state;
                continue;
            }
            var commit = store.CommitAsync(transaction.Under(moment.Lease), cancellation).AsTask();
            commits.Add(new Pending(report, state, memory, commit));
            if (commits.Count == CommitsAtOnceMax)
                leads &= await ConcludeAsync(commits);
        }
        return leads & await ConcludeAsync(commits);
    }

    private async Task<ScalingReport?> TryDecideAsync(
        WorkloadState workload, Moment moment, CancellationToken cancellation)
    {
        try
        {
            return await DecideAsync(workload, moment, cancellation);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            // One workload's trouble is not the others': it keeps its replicas and begins anew.
            Log.Failed(logger, workload.Name, e);
            metrics.Failed();
            memories.Remove(workload.Name);
            return null;
        }
    }

    private async Task<ScalingReport> DecideAsync(
        WorkloadState workload, Moment moment, CancellationToken cancellation)
    {
        var (tick, _, cluster, book, budget) = moment;
        var policy = workload.Policy.Value;
        var memory = Remember(workload, tick);
        var seen = observations.Build(workload, cluster, book, tick * forecasts.IntervalMs);
        Prediction? prediction = null;
        if (memory.Forecast is { } forecast)
        {
            foreach (var replica in workload.Replicas)
                if (replica.ServesSinceUnixMs is { } since)
                    forecast.Startup.Observe(replica.Allocation, replica.PlacedUnixMs, since);
            forecast.Startup.Keep([.. workload.Replicas.Select(replica => replica.Allocation)]);
            prediction = await forecast.AdvanceAsync(tick, seen, workload.CpuLimit, budget, cancellation);
        }
        var verdict = memory.Scaler.Decide(seen, prediction);
        if (verdict.Missing.Count > 0)
            metrics.Held();
        return new ScalingReport
        {
            Workload = workload.Name,
            Policy = policy,
            Seen = seen,
            Verdict = verdict,
            PinnedUntilUnixMs = workload.PinnedUntil(seen.AtUnixMs),
            Startup = memory.Forecast?.Startup.Typical,
            Waiting = memory.Forecast?.Waiting ?? "",
            Failures = verdict.Missing.Count > 0 ? book.FailuresOf(policy) : [],
        };
    }

    // A changed policy begins anew: its windows, its cooldowns and its forecast were another one's.
    private ScaledWorkload Remember(WorkloadState workload, long tick)
    {
        if (memories.TryGetValue(workload.Name, out var known) && known.Policy == workload.Policy.Revision)
            return known;
        var policy = workload.Policy.Value;
        var forecast = policy.Prediction is null ? null : new WorkloadForecast(policy, forecasts, tick);
        var fresh = new ScaledWorkload(
            workload.Policy.Revision, new WorkloadScaler(policy, forecasts.Interval), forecast);
        return memories[workload.Name] = fresh;
    }

    private async Task<bool> ConcludeAsync(List<Pending> commits)
    {
        var leads = true;
        foreach (var (report, state, memory, commit) in commits)
        {
            var result = await commit;
            leads &= result.Outcome != CommitOutcome.LeaseLost;
            if (!result.IsCommitted)
            {
                // Somebody else wrote in between, or the store takes nothing now: the next tick decides anew.
                Log.NotWritten(logger, report.Workload, result.Outcome);
                metrics.Failed();
                continue;
            }
            memory.Recorded = state;
            var change = report.Verdict.Wanted - report.Seen.Replicas;
            if (change == 0 || report.PinnedUntilUnixMs is not null
                || report.Policy.Mode != ScaleMode.Act)
                continue;
            memory.Scaler.Changed(change, report.Seen.AtUnixMs);
            metrics.Changed(change);
            if (report.Seen.Replicas == 0)
                metrics.Activated(report.Seen.Use.Waiting > 0 ? "requests" : "policy");
        }
        commits.Clear();
        return leads;
    }

    private void Forget(ClusterState cluster)
    {
        if (memories.Count == 0)
            return;
        HashSet<string> current = [.. cluster.Workloads.Select(workload => workload.Name)];
        observations.Keep(current);
        foreach (var gone in memories.Keys.Where(name => !current.Contains(name)).ToArray())
            memories.Remove(gone);
    }

    /// <summary>What is the same for every workload of a pass.</summary>
    private sealed record Moment(
        long Tick, LeaseEpoch Lease, ClusterState Cluster, SignalBook Book, ReplayBudget Budget);

    /// <summary>A decision on its way into the store.</summary>
    private sealed record Pending(
        ScalingReport Report, RecordedState State, ScaledWorkload Memory, Task<CommitResult> Commit);

    private static partial class Log
    {
        [LoggerMessage(8010, LogLevel.Error, "The scaling of {Workload} could not be decided and begins anew")]
        public static partial void Failed(ILogger logger, string workload, Exception exception);

        [LoggerMessage(8011, LogLevel.Debug, "The decision about {Workload} was not written: {Outcome}")]
        public static partial void NotWritten(ILogger logger, string workload, CommitOutcome outcome);
    }
}
