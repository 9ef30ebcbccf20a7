using System.Text;
using Flyball.Base.Resources;

namespace Flyball.Store.Committing;

/// <summary>Measures a transaction and says which bound it breaks.</summary>
internal static class TransactionSize
{
    /// <summary>What an operation costs beside its bytes: a row's header in two tables, objects in the queue.</summary>
    private const int OperationOverheadBytes = 64;

    /// <summary>Refuses lone surrogates: they would come back from the database as another name.</summary>
    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The transaction's size, or why it is refused.</summary>
    public static string? Measure(StoreTransaction transaction, StoreLimits limits, out long sizeBytes)
    {
        sizeBytes = 0;
        int operations = transaction.Writes.Count + transaction.Preconditions.Count + transaction.Entries.Count;
        if (operations > limits.TransactionOperationsMax)
        {
            return Over(
                nameof(limits.TransactionOperationsMax), $"{operations} operations", limits.TransactionOperationsMax);
        }

        sizeBytes = (long)operations * OperationOverheadBytes;
        foreach (ResourceWrite write in transaction.Writes)
        {
            int valueBytes = write.Value?.Length ?? 0;
            if (valueBytes > limits.ValueBytesMax)
                return Over(nameof(limits.ValueBytesMax), $"{write.Key} has {valueBytes} bytes", limits.ValueBytesMax);
            if (Add(write.Key, valueBytes, ref sizeBytes) is { } reason) return reason;
        }

        foreach (JournalEntry entry in transaction.Entries)
        {
            if (!IsTable(entry.Table))
                throw new ArgumentException($"There is no journal table '{entry.Table}'.", nameof(transaction));
            if (entry.Value.Length > limits.EntryBytesMax)
                return Over(nameof(limits.EntryBytesMax), $"{entry.Value.Length} bytes", limits.EntryBytesMax);
            if (Add(entry.Subject, entry.Value.Length, ref sizeBytes) is { } reason) return reason;
        }

        return sizeBytes > limits.TransactionBytesMax
            ? Over(nameof(limits.TransactionBytesMax), $"{sizeBytes} bytes", limits.TransactionBytesMax)
            : null;
    }

    public static bool IsTable(string name) =>
        name is JournalTables.Decisions or JournalTables.Events or JournalTables.Audit;

    /// <summary>Every refusal starts with the name of its bound: people and metrics go by it.</summary>
    private static string Over(string bound, string what, long max) => $"{bound}: {what}, at most {max}.";

    private static string? Add(ResourceKey key, int valueBytes, ref long sizeBytes)
    {
        int keyBytes = 0;
        if (Part(key.Kind, "kind", ref keyBytes) is { } kind) return kind;
        if (Part(key.Namespace, "namespace", ref keyBytes) is { } ns) return ns;
        if (Part(key.Name, "name", ref keyBytes) is { } name) return name;
        sizeBytes += valueBytes + keyBytes;
        return null;
    }

    private static string? Part(string part, string what, ref int bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(part, what);
        if (part.Length > ResourceKey.PartLengthMax)
        {
            return Over(
                nameof(ResourceKey.PartLengthMax), $"a {what} of {part.Length} characters", ResourceKey.PartLengthMax);
        }

        try
        {
            bytes += Strict.GetByteCount(part);
            return null;
        }
        catch (EncoderFallbackException)
        {
            return $"A {what} holds half a surrogate pair.";
        }
    }
}
