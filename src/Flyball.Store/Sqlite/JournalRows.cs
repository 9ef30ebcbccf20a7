using Flyball.Base.Resources;
using Microsoft.Data.Sqlite;

namespace Flyball.Store.Sqlite;

/// <summary>Drops old rows of the journal tables, a bounded number in one transaction.</summary>
internal sealed class JournalRows(SqliteConnection connection) : IDisposable
{
    public static readonly string[] Tables = [JournalTables.Decisions, JournalTables.Events, JournalTables.Audit];

    private readonly SqliteStatement[] byTime = [.. Tables.Select(table => new SqliteStatement(connection,
        $"""
        DELETE FROM {table} WHERE seq IN (SELECT seq FROM {table}
            WHERE at_unix_ms < ?1 ORDER BY at_unix_ms LIMIT ?2)
        """))];

    // AUTOINCREMENT numbers skip little: the span of numbers is the number of rows, near enough for a bound.
    private readonly SqliteStatement[] byCount = [.. Tables.Select(table => new SqliteStatement(connection,
        $"""
        DELETE FROM {table} WHERE seq IN (SELECT seq FROM {table}
            WHERE seq <= (SELECT max(seq) FROM {table}) - ?1 ORDER BY seq LIMIT ?2)
        """))];

    public int TrimOlder(string table, long beforeUnixMs, int rowsMax)
    {
        SqliteStatement statement = byTime[Array.IndexOf(Tables, table)];
        statement.Bind(1, beforeUnixMs).Bind(2, rowsMax).Run();
        return statement.RowsChanged;
    }

    public int TrimExcess(string table, int rowsKept, int rowsMax)
    {
        SqliteStatement statement = byCount[Array.IndexOf(Tables, table)];
        statement.Bind(1, rowsKept).Bind(2, rowsMax).Run();
        return statement.RowsChanged;
    }

    public void Dispose()
    {
        foreach (SqliteStatement statement in byTime) statement.Dispose();
        foreach (SqliteStatement statement in byCount) statement.Dispose();
    }
}
