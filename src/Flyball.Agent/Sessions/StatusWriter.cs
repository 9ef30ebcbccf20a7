using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Flyball.Agent.Allocations;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Sessions;

/// <summary>
/// Makes what agents report durable: one loop for all sessions, the newest status of each allocation, many in one
/// transaction while a commit is under way. A report is acknowledged when it, or a newer one, is committed.
/// </summary>
internal sealed partial class StatusWriter(IResourceStore store, TimeProvider time, ILogger<StatusWriter> log)
{
    /// <summary>Writes in one transaction at most.</summary>
    private const int BatchMax = 256;

    /// <summary>
    /// Reports that wait for the loop; then the session's stream waits, and its agent keeps what it has.
    /// </summary>
    private const int QueueMax = 4_096;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> Dropped = Meter.CreateCounter<long>(
        "flyball.agent.reports.dropped",
        description: "Reports that could not be read or were of allocations that are gone.");

    private readonly Channel<Report> queue = Channel.CreateBounded<Report>(QueueMax);

    public ValueTask ReportAsync(NodeSession session, StatusReport report, CancellationToken cancellation)
    {
        try
        {
            return queue.Writer.WriteAsync(
                new Report(session, report.Sequence, Kinds.AllocationStatus.Decode(report.StatusJson.Span), null),
                cancellation);
        }
        catch (FormatException e)
        {
            Dropped.Add(1);
            Log.BadReport(log, session.Node, e);
            return ValueTask.CompletedTask;
        }
    }

    public ValueTask EventAsync(EventReport report, CancellationToken cancellation)
    {
        try
        {
            Event happened = System.Text.Json.JsonSerializer.Deserialize(
                report.EventJson.Span, ContractsJson.Default.Event)
                ?? throw new FormatException("An event cannot be null.");
            JournalEntry entry = JournalEntries.From(happened, Kinds.Allocation.Key(report.Allocation), time);
            return queue.Writer.WriteAsync(new Report(null, 0, null, entry), cancellation);
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException)
        {
            Dropped.Add(1);
            Log.BadReport(log, report.Allocation, e);
            return ValueTask.CompletedTask;
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (await queue.Reader.WaitToReadAsync(cancellation))
        {
            var batch = new List<Report>();
            while (batch.Count < BatchMax && queue.Reader.TryRead(out Report next)) batch.Add(next);
            await CommitAsync(batch, cancellation);
            foreach (IGrouping<NodeSession?, Report> of in batch.GroupBy(r => r.Session))
            {
                if (of.Key is { Ended.IsCancellationRequested: false } session)
                    await AcknowledgeAsync(session, of.Max(r => r.Sequence));
            }
        }
    }

    private async Task CommitAsync(List<Report> batch, CancellationToken cancellation)
    {
        while (true)
        {
            StoreTransaction transaction = Describe(batch);
            if (transaction.IsEmpty) return;
            CommitResult result = await store.CommitAsync(transaction, cancellation);
            if (result.IsCommitted) return;
            if (result.Outcome != CommitOutcome.Conflict)
            {
                Log.Waiting(log, result.Outcome, result.Reason ?? "");
                await Task.Delay(RetryDelay, time, cancellation);
            }
        }
    }

    /// <summary>
    /// The newest status of each allocation that still exists and says something new, and every event.
    /// </summary>
    private StoreTransaction Describe(List<Report> batch)
    {
        ResourceSnapshot now = store.Current;
        var transaction = new StoreTransaction();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = batch.Count - 1; i >= 0; i--)
        {
            if (batch[i].Status is not { } status || !seen.Add(status.Allocation)) continue;
            if (now.Get(Kinds.Allocation, status.Allocation) is not { } allocation
                || allocation.Value.Node != batch[i].Session!.Node)
            {
                Dropped.Add(1);
                continue;
            }

            Resource<AllocationStatus>? old = now.Get(Kinds.AllocationStatus, status.Allocation);
            AllocationStatus next = Complete(status, allocation.Value);
            if (AllocationReport.Same(old?.Value, next)) continue;
            transaction
                .Require(Kinds.AllocationStatus.Key(status.Allocation), old?.Revision ?? Revision.None)
                .Put(Kinds.AllocationStatus, status.Allocation, next);
        }

        foreach (Report report in batch)
        {
            if (report.Entry is { } entry) transaction.Append(entry);
        }

        return transaction;
    }

    /// <summary>What the allocation itself says is not taken from the node.</summary>
    private static AllocationStatus Complete(AllocationStatus status, Allocation allocation) =>
        status with { Workload = allocation.Workload, Node = allocation.Node };

    private static async Task AcknowledgeAsync(NodeSession session, long sequence)
    {
        try
        {
            await session.SendAsync(
                new ServerMessage { Acknowledged = new StatusAcknowledged { Sequence = sequence } }, session.Ended);
        }
        catch (OperationCanceledException)
        {
            // The session ended; its agent reports again on the next stream.
        }
    }

    private readonly record struct Report(
        NodeSession? Session, long Sequence, AllocationStatus? Status, JournalEntry? Entry);

    private static partial class Log
    {
        [LoggerMessage(4420, LogLevel.Error, "A report from {Source} cannot be read")]
        public static partial void BadReport(ILogger logger, string source, Exception error);

        [LoggerMessage(4421, LogLevel.Warning, "Reports wait for the store: {Outcome} {Reason}")]
        public static partial void Waiting(ILogger logger, CommitOutcome outcome, string reason);
    }
}
