using System.Security.Cryptography;
using Flyball.Base.Resources;
using Flyball.Store.Committing;
using Flyball.Store.Watching;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Flyball.Store.Sqlite;

/// <summary>
/// The one thread that writes. It takes whatever waits as one group, judges it, writes it in one transaction with one
/// fsync, publishes the snapshot and answers the callers; while it fsyncs, the next group gathers. A dedicated thread:
/// it blocks in fsync most of the time, which the pool's threads must not.
/// </summary>
internal sealed partial class SqliteWriter : IDisposable
{
    private readonly SqliteStoreOptions options;
    private readonly SqliteFiles files;
    private readonly WorkQueue queue;
    private readonly ChangeFeed feed;
    private readonly LeaseTable leases;
    private readonly WriterParts parts;
    private readonly WriterMaintenance maintenance;
    private readonly Thread thread;
    private readonly List<IStoreWork> group = [];
    private SqliteDatabase database;
    private volatile string history = "";
    private bool wasUnavailable;

    public SqliteWriter(
        SqliteStoreOptions options,
        SqliteFiles files,
        WorkQueue queue,
        ChangeFeed feed,
        LeaseTable leases,
        WriterParts parts)
    {
        this.options = options;
        this.files = files;
        this.queue = queue;
        this.feed = feed;
        this.leases = leases;
        this.parts = parts;
        maintenance = new WriterMaintenance(options, queue, feed, leases, parts, () => database!);
        database = OpenDatabase();
        thread = new Thread(Run) { IsBackground = true, Name = "store-writer" };
    }

    /// <summary>See <see cref="IWatchSource.History"/>.</summary>
    public string History => history;

    public void Start()
    {
        thread.Start();
        maintenance.Start();
    }

    public Task CompactAsync(Revision through, CancellationToken cancellation) =>
        maintenance.CompactAsync(through, cancellation);

    public Task<int> TrimAsync(string table, long beforeUnixMs, CancellationToken cancellation) =>
        maintenance.TrimAsync(table, beforeUnixMs, cancellation);

    /// <summary>
    /// Puts a complete restore (<see cref="SqliteFiles.Incoming"/>) in the database's place. Runs on the writer's
    /// thread, so no write is under way. <paramref name="stage"/> makes the incoming file; when it throws, the store
    /// goes on as it is.
    /// </summary>
    public void Restore(Action<Revision, long> stage)
    {
        stage(feed.Current.Revision, leases.LastEpoch);
        try
        {
            parts.Checkpointer.Stop();
            parts.Reader.Close();
            database.Dispose();
            files.FinishRestore();
            database = OpenDatabase();
        }
        catch (Exception e)
        {
            // The restore stands, and the next start finishes it; this process no longer has a store.
            Fatal(e);
            throw;
        }

        Log.Restored(parts.Logger, feed.Current.Revision.Value);
    }

    /// <summary>Finishes what waits, copies the log into the database and closes it.</summary>
    public void Dispose()
    {
        maintenance.Dispose();
        queue.Close();
        if (thread.ThreadState.HasFlag(ThreadState.Unstarted)) database.Dispose();
        else thread.Join();
    }

    private SqliteDatabase OpenDatabase()
    {
        SqliteDatabase opened =
            SqliteDatabase.Open(files.Database, options, RandomNumberGenerator.GetHexString(32, lowercase: true));
        LoadedState state = opened.Load();
        history = state.History;
        leases.Load(state.Leases, state.LeaseEpoch);
        feed.Reset(state.Snapshot);
        Log.Opened(parts.Logger, files.Database, state.Snapshot.Revision.Value);
        return opened;
    }

    private void Run()
    {
        while (queue.Wait())
        {
            // One task at a time: a long one comes in steps, and commits go on between them.
            if (queue.NextTask() is { } task) RunTask(task);
            group.Clear();
            queue.Take(group, options.GroupTransactionsMax, options.GroupBytesMax);
            group.RemoveAll(work => work.TryCancel());
            if (group.Count > 0) CommitGroup();
        }

        parts.Checkpointer.Stop();
        database.RestartLog(truncate: true);
        database.Dispose();
    }

    /// <summary>Tasks answer what may be expected themselves; anything else is damage or a bug.</summary>
    private void RunTask(Action task)
    {
        try
        {
            task();
        }
        catch (Exception e)
        {
            Fatal(e);
            throw;
        }
    }

    private void CommitGroup()
    {
        long started = parts.Time.GetTimestamp();
        ResourceSnapshot before = feed.Current;
        var staged = new CommitGroup(before, leases);
        foreach (IStoreWork work in group) work.Stage(staged);
        try
        {
            if (!staged.WritesNothing) database.Write(staged, before.Revision);
        }
        catch (SqliteException e) when (SqliteFailure.Kind(e) == SqliteFailureKind.Unavailable)
        {
            Refuse(e, before.Revision);
            return;
        }
        catch (Exception e)
        {
            // Damage or a bug: what is on disk is no longer known, so nothing more may be acknowledged.
            Fatal(e);
            throw;
        }

        leases.Commit();
        if (staged.Changes.Count > 0) feed.Publish(staged.Result(), staged.Changes);
        foreach (IStoreWork work in group) Answer(work);
        parts.Metrics.Group(group.Count, parts.Time.GetElapsedTime(started));
        if (wasUnavailable) Log.Recovered(parts.Logger);
        wasUnavailable = false;
        parts.Checkpointer.AfterGroup(database);
    }

    private void Answer(IStoreWork work)
    {
        work.Complete();
        if (work is CommitWork { Done: { IsCompletedSuccessfully: true } done })
            parts.Metrics.Answered(done.Result.Outcome);
    }

    private void Refuse(SqliteException error, Revision current)
    {
        leases.Rollback();
        string reason = SqliteFailure.Reason(error);
        foreach (IStoreWork work in group)
        {
            work.Fail(reason, current);
            if (work is CommitWork) parts.Metrics.Answered(CommitOutcome.Unavailable);
        }

        if (!wasUnavailable) Log.Unavailable(parts.Logger, reason, error);
        wasUnavailable = true;
        // The log copied into the database and cut to nothing may be all the space that is missing.
        parts.Checkpointer.Restart(database, truncate: true);
    }

    private void Fatal(Exception error)
    {
        Log.Failed(parts.Logger, error);
        Environment.FailFast($"FATAL: the store {files.Database} failed: {error.Message}", error);
    }

    private static partial class Log
    {
        [LoggerMessage(1100, LogLevel.Information, "The store {Path} is open at revision {Revision}.")]
        public static partial void Opened(ILogger logger, string path, long revision);

        [LoggerMessage(1101, LogLevel.Error, "The store takes no writes: {Reason} Reads go on.")]
        public static partial void Unavailable(ILogger logger, string reason, Exception error);

        [LoggerMessage(1102, LogLevel.Information, "The store takes writes again.")]
        public static partial void Recovered(ILogger logger);

        [LoggerMessage(1103, LogLevel.Warning, "The store was restored and stands at revision {Revision}.")]
        public static partial void Restored(ILogger logger, long revision);

        [LoggerMessage(1104, LogLevel.Critical,
            "The store failed and the process ends: going on could lose what was acknowledged.")]
        public static partial void Failed(ILogger logger, Exception error);
    }
}
