using System.Diagnostics.Metrics;
using Flyball.Base.Resources;

namespace Flyball.Store;

/// <summary>What the store counts, under the meter <c>Flyball.Store</c>.</summary>
internal sealed class StoreMetrics : IDisposable
{
    private readonly Meter meter = new("Flyball.Store");
    private readonly Counter<long> commits;
    private readonly Counter<long> refused;
    private readonly Counter<long> watchesCompacted;
    private readonly Counter<long> changesCompacted;
    private readonly Counter<long> journalTrimmed;
    private readonly Counter<long> reconnects;
    private readonly Histogram<int> groupTransactions;
    private readonly Histogram<double> groupSeconds;
    private readonly Histogram<double> checkpointSeconds;

    public StoreMetrics()
    {
        commits = meter.CreateCounter<long>("flyball.store.commits", "{transaction}", "Transactions by outcome.");
        refused = meter.CreateCounter<long>(
            "flyball.store.refused", "{transaction}", "Transactions refused, by the bound reached.");
        watchesCompacted =
            meter.CreateCounter<long>("flyball.store.watches_compacted", "{watch}", "Watches that had to list again.");
        changesCompacted =
            meter.CreateCounter<long>("flyball.store.changes_compacted", "{change}", "Changes dropped from the log.");
        journalTrimmed =
            meter.CreateCounter<long>("flyball.store.journal_trimmed", "{row}", "Journal rows dropped, by table.");
        reconnects =
            meter.CreateCounter<long>("flyball.store.remote_reconnects", "{stream}", "Remote watches that broke.");
        groupTransactions = meter.CreateHistogram<int>(
            "flyball.store.group_transactions", "{transaction}", "Transactions in one fsync.");
        groupSeconds = meter.CreateHistogram<double>(
            "flyball.store.group_duration", "s", "Judging, writing and fsyncing one group.");
        checkpointSeconds = meter.CreateHistogram<double>(
            "flyball.store.checkpoint_duration", "s", "Writer stalled to restart the log.");
    }

    public void Observe(Func<int> length, Func<long> revision, Func<long> wakes)
    {
        meter.CreateObservableCounter("flyball.store.watch_wakes", wakes, "{wake}", "Watches woken by a change.");
        meter.CreateObservableGauge(
            "flyball.store.queue_length", length, "{transaction}", "Transactions that wait for the writer.");
        meter.CreateObservableGauge(
            "flyball.store.revision", revision, "{transaction}", "The last committed transaction.");
    }

    public void Answered(CommitOutcome outcome) =>
        commits.Add(1, new KeyValuePair<string, object?>("outcome", Name(outcome)));

    /// <summary>A bound's message starts with its name and a colon.</summary>
    public void Refused(string reason)
    {
        int colon = reason.IndexOf(':', StringComparison.Ordinal);
        refused.Add(1, new KeyValuePair<string, object?>("bound", colon > 0 ? reason[..colon] : "Name"));
        Answered(CommitOutcome.Refused);
    }

    public void WatchCompacted() => watchesCompacted.Add(1);

    public void ChangesCompacted(long changes) => changesCompacted.Add(changes);

    public void JournalTrimmed(string table, int rows) =>
        journalTrimmed.Add(rows, new KeyValuePair<string, object?>("table", table));

    public void RemoteBroke() => reconnects.Add(1);

    public void Group(int transactions, TimeSpan took)
    {
        groupTransactions.Record(transactions);
        groupSeconds.Record(took.TotalSeconds);
    }

    public void Checkpoint(TimeSpan stalled) => checkpointSeconds.Record(stalled.TotalSeconds);

    public void Dispose() => meter.Dispose();

    private static string Name(CommitOutcome outcome) => outcome switch
    {
        CommitOutcome.Committed => "committed",
        CommitOutcome.Conflict => "conflict",
        CommitOutcome.LeaseLost => "lease_lost",
        CommitOutcome.Refused => "refused",
        _ => "unavailable",
    };
}
