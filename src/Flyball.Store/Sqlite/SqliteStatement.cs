using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Flyball.Store.Sqlite;

/// <summary>
/// A statement prepared once and run many times through SQLite's own functions: the ADO.NET command allocates and
/// looks parameters up by name on each run, which costs more than the insert itself. Not thread-safe.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle ?? throw new InvalidOperationException("BUG: the connection is closed.");
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement));
    }

    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string text)
    {
        Span<byte> utf8 = stackalloc byte[768];
        // A key part has at most 200 UTF-16 units, 600 bytes; holders of leases and the like may be longer.
        if (Encoding.UTF8.TryGetBytes(text, utf8, out int written))
            Check(raw.sqlite3_bind_text(statement, index, (ReadOnlySpan<byte>)utf8[..written]));
        else
            Check(raw.sqlite3_bind_text(statement, index, Encoding.UTF8.GetBytes(text).AsSpan()));
        return this;
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> blob)
    {
        // An empty span binds an empty blob, not NULL, which would mean "deleted" in the change log.
        Check(raw.sqlite3_bind_blob(statement, index, blob));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(statement, index));
        return this;
    }

    /// <summary>Runs to the end and makes the statement ready for the next run, also when it fails.</summary>
    public void Run()
    {
        int result;
        do result = raw.sqlite3_step(statement);
        while (result == raw.SQLITE_ROW);
        Finish(result);
    }

    /// <summary>Runs and gives the first column of the first row, 0 when there is none.</summary>
    public long RunScalar()
    {
        int result = raw.sqlite3_step(statement);
        long value = result == raw.SQLITE_ROW ? raw.sqlite3_column_int64(statement, 0) : 0;
        Finish(result == raw.SQLITE_ROW ? raw.SQLITE_DONE : result);
        return value;
    }

    /// <summary>Rows that the last run inserted, changed or deleted.</summary>
    public int RowsChanged => raw.sqlite3_changes(database);

    /// <summary>Steps to the next row; after the last one the statement is ready for the next run.</summary>
    public bool Next()
    {
        int result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW) return true;
        Finish(result);
        return false;
    }

    /// <summary>Ends a run before its last row.</summary>
    public void Reset() => _ = raw.sqlite3_reset(statement);

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public void Dispose() => statement.Dispose();

    private void Finish(int result)
    {
        if (result == raw.SQLITE_DONE)
        {
            _ = raw.sqlite3_reset(statement);
            return;
        }

        SqliteException error = Error(result);
        // Resetting repeats the run's error code; the error was taken already.
        _ = raw.sqlite3_reset(statement);
        throw error;
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) throw Error(result);
    }

    private SqliteException Error(int result) =>
        new(raw.sqlite3_errmsg(database).utf8_to_string(), result & 0xff, raw.sqlite3_extended_errcode(database));
}
