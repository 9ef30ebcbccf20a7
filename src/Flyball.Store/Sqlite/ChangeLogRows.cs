using Flyball.Base.Resources;
using Microsoft.Data.Sqlite;

namespace Flyball.Store.Sqlite;

/// <summary>
/// Keeps the change log short: counts its rows and bytes, and drops the oldest transactions beyond the bound, a few
/// with each group. Freed pages are used again, so the file stays as large as its fullest hour.
/// </summary>
internal sealed class ChangeLogRows(SqliteConnection connection, int rowsKept, long bytesKept) : IDisposable
{
    /// <summary>
    /// Rows dropped with one group at least, when there is excess: it must shrink faster than it grows.
    /// </summary>
    private const int DropMin = 256;

    private readonly SqliteStatement oldest = new(connection,
        "SELECT revision, ifnull(length(value), 0) FROM changes ORDER BY revision, seq LIMIT ?1");

    private readonly SqliteStatement measure = new(connection,
        "SELECT ifnull(sum(length(value)), 0) FROM changes WHERE revision <= ?1");

    private readonly SqliteStatement drop = new(connection, "DELETE FROM changes WHERE revision <= ?1");
    private readonly SqliteStatement compact = new(connection, "UPDATE counter SET compacted = max(compacted, ?1)");

    private (long Rows, long Bytes, long Compacted) now;
    private (long Rows, long Bytes, long Compacted) committed;

    /// <summary>The newest revision that the log no longer holds.</summary>
    public Revision Compacted => new(committed.Compacted);

    public long Rows => committed.Rows;

    public void Load() => committed = now = (
        connection.Scalar("SELECT count(*) FROM changes"),
        connection.Scalar("SELECT ifnull(sum(length(value)), 0) FROM changes"),
        connection.Scalar("SELECT compacted FROM counter"));

    public void Added(IReadOnlyList<ResourceChange> changes)
    {
        now.Rows += changes.Count;
        foreach (ResourceChange change in changes) now.Bytes += change.Current?.ValueLength ?? 0;
    }

    /// <summary>Drops excess rows, whole transactions; the newest revision dropped so far.</summary>
    public long DropExcess(int rowsAdded)
    {
        if (now.Rows > rowsKept || now.Bytes > bytesKept)
            Drop(Math.Max(DropMin, 2 * rowsAdded), long.MaxValue, onlyExcess: true);
        return now.Compacted;
    }

    /// <summary>
    /// Drops up to about <paramref name="rowsMax"/> rows at or below a revision; true when none are left.
    /// </summary>
    public bool DropThrough(Revision through, int rowsMax)
    {
        bool isDone = Drop(rowsMax, through.Value, onlyExcess: false) < rowsMax;
        if (isDone) now.Compacted = Math.Max(now.Compacted, through.Value);
        compact.Bind(1, now.Compacted).Run();
        return isDone;
    }

    public void Commit() => committed = now;

    public void Rollback() => now = committed;

    public void Dispose()
    {
        oldest.Dispose();
        measure.Dispose();
        drop.Dispose();
        compact.Dispose();
    }

    /// <summary>
    /// Drops the oldest transactions, whole, until about <paramref name="rowsMax"/> rows are gone (a transaction more
    /// at most), the log is within its bounds, or <paramref name="through"/> is reached. The number of rows looked at.
    /// </summary>
    private int Drop(int rowsMax, long through, bool onlyExcess)
    {
        int seen = 0;
        long seenBytes = 0;
        long cutoff = 0;
        bool more = true;
        oldest.Bind(1, rowsMax);
        while (more && oldest.Next())
        {
            bool isEnough = onlyExcess && now.Rows - seen <= rowsKept && now.Bytes - seenBytes <= bytesKept;
            more = !isEnough && oldest.Int64(0) <= through;
            if (!more) break;
            cutoff = oldest.Int64(0);
            seenBytes += oldest.Int64(1);
            seen++;
        }

        oldest.Reset();
        if (seen == 0) return 0;
        long bytes = measure.Bind(1, cutoff).RunScalar();
        drop.Bind(1, cutoff).Run();
        now = (now.Rows - drop.RowsChanged, now.Bytes - bytes, cutoff);
        return seen;
    }
}
