namespace Flyball.Base.Resources;

/// <summary>
/// A row to append: the table (see <see cref="JournalTables"/>), when, whom it is about, and a JSON value.
/// </summary>
public readonly record struct JournalEntry(
    string Table, long AtUnixMs, ResourceKey Subject, ReadOnlyMemory<byte> Value);
