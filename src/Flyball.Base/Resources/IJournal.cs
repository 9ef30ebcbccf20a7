namespace Flyball.Base.Resources;

/// <summary>
/// The append-only tables beside the resources: decisions, events, audit. Entries are appended in a
/// <see cref="StoreTransaction"/>, so what was decided and why it was decided become durable together.
/// </summary>
public interface IJournal
{
    /// <summary>
    /// Entries that match, oldest first, or the newest <see cref="JournalQuery.Limit"/> of them (still oldest first).
    /// </summary>
    ValueTask<IReadOnlyList<JournalRow>> ReadAsync(JournalQuery query, CancellationToken cancellation = default);

    /// <summary>Drops entries older than <paramref name="beforeUnixMs"/> from a table; the number dropped.</summary>
    ValueTask<int> TrimAsync(string table, long beforeUnixMs, CancellationToken cancellation = default);
}
