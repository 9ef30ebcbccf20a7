using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Flyball.Store.Sqlite;

/// <summary>Opens connections as the store needs them and runs what is not worth preparing.</summary>
internal static class SqliteConnections
{
    public static SqliteConnection OpenWriter(string path, SqliteStoreOptions options)
    {
        SqliteConnection connection = Open(path, SqliteOpenMode.ReadWriteCreate, options.BusyTimeout);
        // Before the first table; without effect on a database that exists.
        connection.Execute($"PRAGMA page_size = {options.PageBytes}");
        connection.Execute("PRAGMA journal_mode = WAL");
        // Each commit is fsynced: in WAL mode NORMAL would lose acknowledged transactions on power loss.
        connection.Execute("PRAGMA synchronous = FULL");
        // Checkpoints run beside the writer (see Checkpointer), not in the commit that happens to be the thousandth.
        connection.Execute("PRAGMA wal_autocheckpoint = 0");
        connection.Execute($"PRAGMA journal_size_limit = {(long)options.CheckpointPagesMax * options.PageBytes}");
        connection.Execute($"PRAGMA cache_size = -{options.CacheKiB}");
        // A group's pages are written once, at its end, and not again and again as the cache fills up.
        connection.Execute("PRAGMA cache_spill = OFF");
        connection.Execute("PRAGMA temp_store = MEMORY");
        return connection;
    }

    public static SqliteConnection OpenReader(string path, TimeSpan busyTimeout)
    {
        SqliteConnection connection = Open(path, SqliteOpenMode.ReadWrite, busyTimeout);
        connection.Execute("PRAGMA query_only = 1");
        return connection;
    }

    /// <summary>A connection that checkpoints: it writes the database file but no rows.</summary>
    public static SqliteConnection OpenCheckpointer(string path)
    {
        SqliteConnection connection = Open(path, SqliteOpenMode.ReadWrite, TimeSpan.Zero);
        connection.Execute("PRAGMA synchronous = FULL");
        connection.Execute("PRAGMA wal_autocheckpoint = 0");
        return connection;
    }

    public static SqliteConnection Open(string path, SqliteOpenMode mode, TimeSpan busyTimeout)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            // A pooled connection would keep files open that a restore is about to replace.
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
        };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {(int)busyTimeout.TotalMilliseconds}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Execute(this SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static long Scalar(this SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static string? Text(this SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as string;
    }
}
