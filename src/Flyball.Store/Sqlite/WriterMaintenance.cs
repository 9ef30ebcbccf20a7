using Flyball.Base.Resources;
using Flyball.Store.Committing;
using Flyball.Store.Watching;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Flyball.Store.Sqlite;

/// <summary>
/// What the writer does between groups: compaction that was asked for, old journal rows, ended leases. Each step is a
/// short transaction that queues the next one, so that commits go on in between.
/// </summary>
internal sealed partial class WriterMaintenance(
    SqliteStoreOptions options,
    WorkQueue queue,
    ChangeFeed feed,
    LeaseTable leases,
    WriterParts parts,
    Func<SqliteDatabase> database) : IDisposable
{
    /// <summary>Rows dropped in one step: about 10 ms of the writer's time.</summary>
    private const int StepRows = 2_000;

    /// <summary>
    /// An ended lease is kept this long, so that who comes back for it still sees the epoch move on from it.
    /// </summary>
    private static readonly TimeSpan EndedLeaseKept = TimeSpan.FromHours(1);

    private readonly QuietPages pages = new();
    private ITimer? timer;
    private ITimer? shrinking;
    private bool isSweeping;

    public void Start()
    {
        timer = parts.Time.CreateTimer(
            _ => queue.TryAddTask(Sweep), null, options.HousekeepingInterval, options.HousekeepingInterval);
        shrinking = parts.Time.CreateTimer(
            _ => Shrink(), null, QuietPages.Interval, QuietPages.Interval);
    }

    public void Dispose()
    {
        timer?.Dispose();
        shrinking?.Dispose();
    }

    public Task CompactAsync(Revision through, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Step(
            () =>
            {
                Revision target = through > feed.Current.Revision ? feed.Current.Revision : through;
                bool isDone = false;
                long before = database().Log.Rows;
                database().InTransaction(() => isDone = database().Log.DropThrough(target, StepRows));
                parts.Metrics.ChangesCompacted(before - database().Log.Rows);
                feed.Compact(database().Log.Compacted);
                return isDone;
            },
            done.SetResult,
            error => done.TrySetException(error),
            cancellation);
        return done.Task;
    }

    public Task<int> TrimAsync(string table, long beforeUnixMs, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        int total = 0;
        Step(
            () =>
            {
                int rows = Drop(table, () => database().Journal.TrimOlder(table, beforeUnixMs, StepRows));
                total += rows;
                return rows < StepRows;
            },
            () => done.SetResult(total),
            error => done.TrySetException(error),
            cancellation);
        return done.Task;
    }

    private void Shrink()
    {
        if (pages.AreIdle(feed.Current.Revision.Value)) queue.TryAddTask(() => database().ReleaseMemory());
    }

    private void Sweep()
    {
        if (isSweeping) return;
        isSweeping = true;
        long before = (parts.Time.GetUtcNow() - options.JournalKept).ToUnixTimeMilliseconds();
        Step(() => SweepStep(before), () => isSweeping = false, _ => isSweeping = false, CancellationToken.None);
    }

    /// <summary>True when there was nothing left to drop.</summary>
    private bool SweepStep(long beforeUnixMs)
    {
        bool isDone = true;
        foreach (string table in JournalRows.Tables)
        {
            isDone &= Drop(table, () => database().Journal.TrimOlder(table, beforeUnixMs, StepRows)) < StepRows;
            isDone &= Drop(
                table, () => database().Journal.TrimExcess(table, options.JournalRowsKept, StepRows)) < StepRows;
        }

        // Written with the next group: nobody waits for it.
        leases.RemoveEnded(EndedLeaseKept);
        return isDone;
    }

    private int Drop(string table, Func<int> trim)
    {
        int rows = 0;
        database().InTransaction(() => rows = trim());
        if (rows > 0) parts.Metrics.JournalTrimmed(table, rows);
        return rows;
    }

    /// <summary>Runs a step on the writer's thread and queues the next until one says that it is done.</summary>
    private void Step(Func<bool> step, Action done, Action<Exception> failed, CancellationToken cancellation)
    {
        bool isQueued = queue.TryAddTask(() =>
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                if (step()) done();
                else Step(step, done, failed, cancellation);
            }
            catch (SqliteException e) when (SqliteFailure.Kind(e) == SqliteFailureKind.Unavailable)
            {
                Log.Postponed(parts.Logger, e);
                failed(new IOException(SqliteFailure.Reason(e), e));
            }
            catch (OperationCanceledException e)
            {
                failed(e);
            }
        });
        if (!isQueued) failed(new ObjectDisposedException(nameof(SqliteResourceStore)));
    }

    private static partial class Log
    {
        [LoggerMessage(1120, LogLevel.Warning, "The store could not be tidied up now; it is tried again.")]
        public static partial void Postponed(ILogger logger, Exception error);
    }
}
