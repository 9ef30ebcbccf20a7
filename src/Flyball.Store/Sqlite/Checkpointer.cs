using Flyball.Base.Work;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Flyball.Store.Sqlite;

/// <summary>
/// Copies the write-ahead log into the database beside the writer, on a worker; the writer then has little left to copy
/// when it starts the log anew. Left to the writer alone, a checkpoint of 16,000 pages stalls it for 50 to 80 ms.
/// </summary>
internal sealed partial class Checkpointer(
    SqliteStoreOptions options, string path, IWorkers workers, TimeProvider time, StoreMetrics metrics, ILogger logger)
{
    /// <summary>Rounds of copying; each leaves only what was written during the one before.</summary>
    private const int RoundsMax = 3;

    /// <summary>Pages left to the writer that are not worth another round.</summary>
    private const int LeftToWriter = 128;

    private Task running = Task.CompletedTask;
    private int pagesAtRestart;
    private bool isCopied;

    /// <summary>Called by the writer after each group.</summary>
    public void AfterGroup(SqliteDatabase database)
    {
        int pages = database.PagesWritten() - pagesAtRestart;
        if (Volatile.Read(ref isCopied) || pages >= options.CheckpointPagesMax) Restart(database);
        else if (pages >= options.CheckpointPages && running.IsCompleted) running = workers.RunAsync(Copy);
    }

    /// <summary>Starts the log anew, now; also what frees space on a full disk.</summary>
    public void Restart(SqliteDatabase database, bool truncate = false)
    {
        Volatile.Write(ref isCopied, false);
        long started = time.GetTimestamp();
        // A reader in the middle of an old snapshot holds the log: then it is tried again after as many pages.
        if (!database.RestartLog(truncate)) Log.Held(logger);
        pagesAtRestart = database.PagesWritten();
        metrics.Checkpoint(time.GetElapsedTime(started));
    }

    /// <summary>The database is about to be replaced or closed; the page counts start anew with it.</summary>
    public void Stop()
    {
        running.GetAwaiter().GetResult();
        pagesAtRestart = 0;
        Volatile.Write(ref isCopied, false);
    }

    private void Copy()
    {
        try
        {
            using SqliteConnection connection = SqliteConnections.OpenCheckpointer(path);
            int pagesBefore = 0;
            for (int round = 0; round < RoundsMax; round++)
            {
                int result = raw.sqlite3_wal_checkpoint_v2(
                    connection.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out int pages, out _);
                if (result != raw.SQLITE_OK)
                {
                    Log.Failed(logger, result);
                    return;
                }

                if (pages - pagesBefore <= LeftToWriter) break;
                pagesBefore = pages;
            }

            Volatile.Write(ref isCopied, true);
        }
        catch (SqliteException e)
        {
            Log.Failed(logger, e.SqliteExtendedErrorCode);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1110, LogLevel.Debug, "A reader holds the write-ahead log; it is started anew later.")]
        public static partial void Held(ILogger logger);

        [LoggerMessage(
            1111, LogLevel.Warning, "The write-ahead log could not be copied into the database (SQLite code {Code}).")]
        public static partial void Failed(ILogger logger, int code);
    }
}
