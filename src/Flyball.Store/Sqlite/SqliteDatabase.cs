using Flyball.Base.Resources;
using Flyball.Store.Committing;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Flyball.Store.Sqlite;

/// <summary>The writer's connection. Used by the writer's thread alone, after it was opened.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;
    private readonly SqliteStatement rollback;
    private readonly GroupRows rows;
    private readonly TimeSpan busyTimeout;

    private SqliteDatabase(SqliteConnection connection, SqliteStoreOptions options)
    {
        this.connection = connection;
        busyTimeout = options.BusyTimeout;
        begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        commit = new SqliteStatement(connection, "COMMIT");
        rollback = new SqliteStatement(connection, "ROLLBACK");
        rows = new GroupRows(connection);
        Log = new ChangeLogRows(connection, options.ChangesKept, options.ChangesKeptBytes);
        Journal = new JournalRows(connection);
    }

    public ChangeLogRows Log { get; }

    public JournalRows Journal { get; }

    /// <summary>Opens the database, makes it when it is new, and refuses what it cannot trust.</summary>
    /// <exception cref="InvalidDataException">
    /// Damaged, of a newer format, or no store; the message starts with FATAL.
    /// </exception>
    public static SqliteDatabase Open(string path, SqliteStoreOptions options, string historyIfNew)
    {
        SqliteConnection? connection = null;
        try
        {
            connection = SqliteConnections.OpenWriter(path, options);
            if (SqliteSchema.IsNew(connection, path)) SqliteSchema.Create(connection, historyIfNew);
            else if (options.CheckAtOpen) Check(connection, path);
            return new SqliteDatabase(connection, options);
        }
        catch (SqliteException e) when (SqliteFailure.Kind(e) != SqliteFailureKind.Unavailable)
        {
            connection?.Dispose();
            throw new InvalidDataException(
                $"FATAL: the store {path} is damaged: {e.Message} Restore it from a backup.", e);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads through every page and index, so that damage shows at start and not in the middle of a commit.
    /// </summary>
    public static void Check(SqliteConnection connection, string path)
    {
        string? verdict = connection.Text("PRAGMA quick_check(1)");
        if (verdict != "ok")
            throw new InvalidDataException($"FATAL: the store {path} is damaged: {verdict}. Restore it from a backup.");
        long revision = connection.Scalar("SELECT revision FROM counter");
        long last = connection.Scalar("SELECT coalesce(max(revision), (SELECT compacted FROM counter)) FROM changes");
        if (last != revision)
        {
            throw new InvalidDataException(
                $"FATAL: the store {path} is damaged: its revision is {revision}, its change log ends at {last}.");
        }
    }

    public LoadedState Load()
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
        Log.Load();
        var snapshot =
            ResourceSnapshot.From(ReadResources(), new Revision(connection.Scalar("SELECT revision FROM counter")));
        return new LoadedState(
            snapshot,
            ReadLeases(),
            connection.Scalar("SELECT lease_epoch FROM counter"),
            connection.Text("SELECT value FROM meta WHERE key = 'history'") ?? "");
    }

    /// <summary>Writes a group and fsyncs it. When it throws, nothing of the group is in the database.</summary>
    public void Write(CommitGroup group, Revision before) => InTransaction(() =>
    {
        rows.Write(group);
        Log.Added(group.Changes);
        // Part of this commit, so that keeping the log short costs no fsync of its own.
        long compacted = Log.DropExcess(group.Changes.Count);
        rows.Advance(before, group, compacted);
    });

    public void InTransaction(Action write)
    {
        begin.Run();
        try
        {
            write();
            commit.Run();
            Log.Commit();
        }
        catch
        {
            Log.Rollback();
            Rollback();
            throw;
        }
    }

    /// <summary>Pages that this connection has written to the log since it was opened.</summary>
    public int PagesWritten()
    {
        _ = raw.sqlite3_db_status(connection.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out int pages, out _, 0);
        return pages;
    }

    /// <summary>Copies what is left of the log and starts it anew. False when a reader still needs it.</summary>
    public bool RestartLog(bool truncate)
    {
        int mode = truncate ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_RESTART;
        // Without waiting: a backup may hold the log for minutes.
        _ = raw.sqlite3_busy_timeout(connection.Handle, 0);
        int result = raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", mode, out _, out _);
        _ = raw.sqlite3_busy_timeout(connection.Handle, (int)busyTimeout.TotalMilliseconds);
        return result == raw.SQLITE_OK;
    }

    /// <summary>Gives back the page cache's memory. Pages that are wanted again come from the system's cache.</summary>
    public void ReleaseMemory()
    {
        connection.Execute("PRAGMA shrink_memory");
        NativeHeap.Trim();
    }

    public void Dispose()
    {
        Log.Dispose();
        Journal.Dispose();
        rows.Dispose();
        begin.Dispose();
        commit.Dispose();
        rollback.Dispose();
        connection.Dispose();
    }

    private void Rollback()
    {
        try
        {
            rollback.Run();
        }
        catch (SqliteException)
        {
            // A full disk or an I/O error has rolled back already; then there is no transaction to end.
        }
    }

    private IEnumerable<StoredResource> ReadResources()
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            "SELECT kind, namespace, name, revision, value FROM resources ORDER BY kind, namespace, name";
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            var key = new ResourceKey(
                string.Intern(reader.GetString(0)), string.Intern(reader.GetString(1)), reader.GetString(2));
            yield return new StoredResource(key, new Revision(reader.GetInt64(3)), reader.GetFieldValue<byte[]>(4));
        }
    }

    private List<Lease> ReadLeases()
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT name, holder, epoch, duration_ms FROM leases ORDER BY name";
        using SqliteDataReader reader = command.ExecuteReader();
        List<Lease> leases = [];
        while (reader.Read())
        {
            TimeSpan duration = TimeSpan.FromMilliseconds(reader.GetInt64(3));
            leases.Add(new Lease(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), duration));
        }

        return leases;
    }
}
