using System.Globalization;
using Flyball.Base.Resources;
using Microsoft.Data.Sqlite;

namespace Flyball.Store.Sqlite;

/// <summary>
/// The tables of format 1 (docs/formats/store.md), how they are made, and how a database of ours is known.
/// </summary>
internal static class SqliteSchema
{
    public const int Format = 1;

    /// <summary>"Flyb", in SQLite's header: <c>file store.db</c> tells whose it is.</summary>
    public const int ApplicationId = 0x466C7962;

    private const string Tables = """
        CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE counter(
            id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL, compacted INTEGER NOT NULL,
            lease_epoch INTEGER NOT NULL);
        INSERT INTO counter VALUES (1, 0, 0, 0);
        CREATE TABLE resources(
            kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, revision INTEGER NOT NULL,
            value BLOB NOT NULL, PRIMARY KEY (kind, namespace, name));
        CREATE TABLE changes(
            revision INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL,
            name TEXT NOT NULL, value BLOB, PRIMARY KEY (revision, seq)) WITHOUT ROWID;
        CREATE TABLE leases(name TEXT PRIMARY KEY, holder TEXT NOT NULL, epoch INTEGER NOT NULL,
            duration_ms INTEGER NOT NULL) WITHOUT ROWID;
        """;

    public static void Create(SqliteConnection connection, string history)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        connection.Execute(Tables);
        foreach (string table in (string[])[JournalTables.Decisions, JournalTables.Events, JournalTables.Audit])
            connection.Execute(Journal(table));
        SetMeta(connection, "format", Format.ToString(CultureInfo.InvariantCulture));
        SetMeta(connection, "history", history);
        connection.Execute($"PRAGMA application_id = {ApplicationId}");
        connection.Execute($"PRAGMA user_version = {Format}");
        transaction.Commit();
    }

    /// <summary>True when the database is new and has no tables yet.</summary>
    /// <exception cref="InvalidDataException">It is not a store, or one of a newer format.</exception>
    public static bool IsNew(SqliteConnection connection, string path)
    {
        long application = connection.Scalar("PRAGMA application_id");
        if (application == 0 && connection.Scalar("SELECT count(*) FROM sqlite_schema") == 0) return true;
        if (application != ApplicationId)
            throw new InvalidDataException($"FATAL: {path} is a database, but not a store of Flyball.");
        long format = connection.Scalar("PRAGMA user_version");
        if (format > Format)
        {
            throw new InvalidDataException(
                $"FATAL: {path} has format {format}, this version knows {Format}: a newer Flyball wrote it. "
                + "Nothing was changed.");
        }

        return false;
    }

    public static void SetMeta(SqliteConnection connection, string key, string value)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO meta VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        command.Parameters.AddWithValue("$key", key);
        command.Parameters.AddWithValue("$value", value);
        command.ExecuteNonQuery();
    }

    private static string Journal(string table) => $"""
        CREATE TABLE {table}(seq INTEGER PRIMARY KEY AUTOINCREMENT, at_unix_ms INTEGER NOT NULL, kind TEXT NOT NULL,
            namespace TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL);
        CREATE INDEX {table}_subject ON {table}(kind, name);
        CREATE INDEX {table}_time ON {table}(at_unix_ms);
        """;
}
