using System.Diagnostics;
using Flyball.Base.Resources;
using Flyball.Store.Committing;
using Microsoft.Data.Sqlite;

namespace Flyball.Store.Sqlite;

/// <summary>Writes a group's rows within the transaction that the caller opened.</summary>
internal sealed class GroupRows(SqliteConnection connection) : IDisposable
{
    private readonly SqliteStatement put = new(connection, """
        INSERT INTO resources VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (kind, namespace, name) DO UPDATE SET revision = excluded.revision, value = excluded.value
        """);

    private readonly SqliteStatement delete =
        new(connection, "DELETE FROM resources WHERE kind = ?1 AND namespace = ?2 AND name = ?3");
    private readonly SqliteStatement log = new(connection, "INSERT INTO changes VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    private readonly SqliteStatement putLease = new(connection, """
        INSERT INTO leases VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (name) DO UPDATE
            SET holder = excluded.holder, epoch = excluded.epoch, duration_ms = excluded.duration_ms
        """);

    private readonly SqliteStatement deleteLease = new(connection, "DELETE FROM leases WHERE name = ?1");
    private readonly SqliteStatement advance = new(connection,
        "UPDATE counter SET revision = ?1, compacted = max(compacted, ?2), lease_epoch = ?3 WHERE revision = ?4");

    private readonly SqliteStatement decisions = Journal(connection, JournalTables.Decisions);
    private readonly SqliteStatement events = Journal(connection, JournalTables.Events);
    private readonly SqliteStatement audit = Journal(connection, JournalTables.Audit);

    public void Write(CommitGroup group)
    {
        Revision revision = Revision.None;
        int sequence = 0;
        foreach (ResourceChange change in group.Changes)
        {
            sequence = change.Revision == revision ? sequence + 1 : 0;
            revision = change.Revision;
            Write(change, sequence);
        }

        foreach (JournalEntry entry in group.Entries) Append(entry);
        foreach ((string name, Lease? lease) in group.Leases.Unwritten) Write(name, lease);
    }

    /// <summary>Moves the counter. It must stand where this process left it: nobody else may write the store.</summary>
    public void Advance(Revision before, CommitGroup group, long compacted)
    {
        advance.Bind(1, group.Revision.Value).Bind(2, compacted).Bind(3, group.Leases.LastEpoch).Bind(4, before.Value);
        advance.Run();
        if (advance.RowsChanged != 1)
            throw new UnreachableException(
                $"FATAL: another process wrote the store: its counter is no longer {before}.");
    }

    public void Dispose()
    {
        SqliteStatement[] all = [put, delete, log, putLease, deleteLease, advance, decisions, events, audit];
        foreach (SqliteStatement statement in all) statement.Dispose();
    }

    private static SqliteStatement Journal(SqliteConnection connection, string table) =>
        new(connection, $"INSERT INTO {table}(at_unix_ms, kind, namespace, name, value) VALUES (?1, ?2, ?3, ?4, ?5)");

    private void Write(ResourceChange change, int sequence)
    {
        log.Bind(1, change.Revision.Value).Bind(2, sequence);
        BindKey(log, 3, change.Key);
        if (change.Current is { } current)
        {
            BindKey(put, 1, change.Key);
            put.Bind(4, change.Revision.Value).Bind(5, current.Value.Span).Run();
            log.Bind(6, current.Value.Span).Run();
        }
        else
        {
            BindKey(delete, 1, change.Key);
            delete.Run();
            log.BindNull(6).Run();
        }
    }

    private void Write(string name, Lease? lease)
    {
        if (lease is null)
        {
            deleteLease.Bind(1, name).Run();
            return;
        }

        long durationMs = (long)lease.Duration.TotalMilliseconds;
        putLease.Bind(1, name).Bind(2, lease.Holder).Bind(3, lease.Epoch).Bind(4, durationMs).Run();
    }

    private void Append(JournalEntry entry)
    {
        SqliteStatement insert = entry.Table switch
        {
            JournalTables.Decisions => decisions,
            JournalTables.Events => events,
            _ => audit,
        };
        insert.Bind(1, entry.AtUnixMs);
        BindKey(insert, 2, entry.Subject);
        insert.Bind(5, entry.Value.Span).Run();
    }

    private static void BindKey(SqliteStatement statement, int first, ResourceKey key) =>
        statement.Bind(first, key.Kind).Bind(first + 1, key.Namespace).Bind(first + 2, key.Name);
}
