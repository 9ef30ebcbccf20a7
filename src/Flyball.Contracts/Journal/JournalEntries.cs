using System.Text.Json;
using Flyball.Base.Resources;

namespace Flyball.Contracts.Journal;

/// <summary>Turns decisions, events and audit entries into rows to append, and rows back.</summary>
public static class JournalEntries
{
    public static JournalEntry From(Decision decision, ResourceKey subject, TimeProvider time) =>
        new(JournalTables.Decisions, Now(time), subject,
            JsonSerializer.SerializeToUtf8Bytes(decision, ContractsJson.Default.Decision));

    public static JournalEntry From(Event happened, ResourceKey subject, TimeProvider time) =>
        new(JournalTables.Events, Now(time), subject,
            JsonSerializer.SerializeToUtf8Bytes(happened, ContractsJson.Default.Event));

    public static JournalEntry From(AuditEntry entry, ResourceKey subject, TimeProvider time) =>
        new(JournalTables.Audit, Now(time), subject,
            JsonSerializer.SerializeToUtf8Bytes(entry, ContractsJson.Default.AuditEntry));

    public static Decision Decision(JournalRow row) => Read(row, ContractsJson.Default.Decision);

    public static Event Event(JournalRow row) => Read(row, ContractsJson.Default.Event);

    public static AuditEntry Audit(JournalRow row) => Read(row, ContractsJson.Default.AuditEntry);

    private static T Read<T>(JournalRow row, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> json) =>
        JsonSerializer.Deserialize(row.Entry.Value.Span, json)
            ?? throw new FormatException("A journal value cannot be null.");

    private static long Now(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
