using System.Text;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Store.Watching;
using Microsoft.Data.Sqlite;

namespace Flyball.Store.Sqlite;

/// <summary>
/// Reads what is not in memory, the journal and the change log, on a connection of its own and on a worker. One query
/// at a time: they are short and few.
/// </summary>
internal sealed class SqliteReader(string path, SqliteStoreOptions options, IWorkers workers) : IChangeLog, IDisposable
{
    private readonly Lock gate = new();
    private SqliteConnection? connection;

    public ValueTask<IReadOnlyList<JournalRow>> ReadAsync(JournalQuery query, CancellationToken cancellation) =>
        new(workers.RunAsync<IReadOnlyList<JournalRow>>(() => ReadJournal(query), cancellation));

    public ValueTask<ChangeBatch?> ReadAsync(
        Revision after, Revision through, KindFilter filter, int batchMax, CancellationToken cancellation) =>
        new(workers.RunAsync(() => ReadLog(after, through, filter, batchMax), cancellation));

    /// <summary>Lets go of the file, which a restore is about to replace; the next read opens it again.</summary>
    public void Close()
    {
        lock (gate)
        {
            connection?.Dispose();
            connection = null;
        }
    }

    public void Dispose() => Close();

    private List<JournalRow> ReadJournal(JournalQuery query)
    {
        lock (gate)
        {
            using SqliteCommand command = Connection().CreateCommand();
            command.CommandText = JournalSql(query, command.Parameters);
            using SqliteDataReader reader = command.ExecuteReader();
            List<JournalRow> rows = [];
            while (reader.Read())
            {
                var subject = new ResourceKey(reader.GetString(2), reader.GetString(3), reader.GetString(4));
                rows.Add(new JournalRow(
                    reader.GetInt64(0),
                    new JournalEntry(query.Table, reader.GetInt64(1), subject, reader.GetFieldValue<byte[]>(5))));
            }

            if (query.Newest) rows.Reverse();
            return rows;
        }
    }

    private static string JournalSql(JournalQuery query, SqliteParameterCollection parameters)
    {
        var sql = new StringBuilder("SELECT seq, at_unix_ms, kind, namespace, name, value FROM ")
            .Append(query.Table).Append(" WHERE seq > $after");
        parameters.AddWithValue("$after", query.AfterSequence);
        parameters.AddWithValue("$limit", query.Limit);
        Add("kind", query.SubjectKind);
        Add("namespace", query.SubjectNamespace);
        Add("name", query.SubjectName);
        if (query.SubjectNamePrefix is { } prefix)
        {
            // The range uses the index; the comparison makes it exact.
            sql.Append(" AND name >= $prefix AND substr(name, 1, length($prefix)) = $prefix");
            parameters.AddWithValue("$prefix", prefix);
        }

        return sql.Append(query.Newest ? " ORDER BY seq DESC" : " ORDER BY seq").Append(" LIMIT $limit").ToString();

        void Add(string column, string? value)
        {
            if (value is null) return;
            sql.Append(" AND ").Append(column).Append(" = $").Append(column);
            parameters.AddWithValue("$" + column, value);
        }
    }

    private ChangeBatch? ReadLog(Revision after, Revision through, KindFilter filter, int batchMax)
    {
        lock (gate)
        {
            // One transaction: what the log still holds must not change between asking and reading.
            using SqliteTransaction transaction = Connection().BeginTransaction(deferred: true);
            if (Connection().Scalar("SELECT compacted FROM counter") > after.Value) return null;
            using SqliteCommand command = Connection().CreateCommand();
            command.CommandText = "SELECT revision, kind, namespace, name, value FROM changes "
                + "WHERE revision > $after AND revision <= $through ORDER BY revision, seq";
            command.Parameters.AddWithValue("$after", after.Value);
            command.Parameters.AddWithValue("$through", through.Value);
            using SqliteDataReader reader = command.ExecuteReader();
            return Collect(reader, through, filter, batchMax);
        }
    }

    private static ChangeBatch Collect(SqliteDataReader reader, Revision through, KindFilter filter, int batchMax)
    {
        List<ResourceChange> found = [];
        long bytes = 0;
        while (reader.Read())
        {
            var revision = new Revision(reader.GetInt64(0));
            if ((found.Count >= batchMax || bytes >= RecentChanges.BatchBytes) && revision != found[^1].Revision)
                return new ChangeBatch(found[^1].Revision, found);
            string kind = reader.GetString(1);
            if (!filter.Matches(kind)) continue;
            var key = new ResourceKey(kind, reader.GetString(2), reader.GetString(3));
            byte[]? value = reader.IsDBNull(4) ? null : reader.GetFieldValue<byte[]>(4);
            bytes += value?.Length ?? 0;
            found.Add(value is null
                ? ResourceChange.Delete(key, revision)
                : ResourceChange.Put(new StoredResource(key, revision, value)));
        }

        return new ChangeBatch(through, found);
    }

    private SqliteConnection Connection() => connection ??= SqliteConnections.OpenReader(path, options.BusyTimeout);
}
