using Flyball.Base.Resources;
using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Registrations;

/// <summary>The one writer of keys, but for the locks that end with their session.</summary>
internal sealed class KvStore(
    Transactor transactor, KvIndex index, LockDelays delays, DiscoveryOptions options, AuditBudget audits)
{
    /// <summary>Keys that one transaction deletes.</summary>
    private const int DeletesMax = 2_000;

    /// <summary>NotMet when its condition does not hold; Missing when it names a session that does not exist.</summary>
    public ValueTask<EditResult> PutAsync(KvWrite write, Caller caller, CancellationToken cancellation) =>
        transactor.CommitAsync((snapshot, transaction) => Plan(snapshot, transaction, write, caller), cancellation);

    /// <param name="key">The key.</param>
    /// <param name="expectedIndex">Only if it stands at this index; null for no condition.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public ValueTask<EditResult> DeleteAsync(
        string key, long? expectedIndex, Caller caller, CancellationToken cancellation) =>
        transactor.CommitAsync((snapshot, transaction) =>
        {
            ResourceKey row = Row(key);
            StoredResource? stored = snapshot.Find(row);
            if (expectedIndex is { } expected && stored?.Revision.Value != expected)
                return stored is null && expected != 0 ? null : EditResult.NotMet();
            if (stored is null) return null;
            transaction.Require(row, stored.Revision).Delete(row);
            audits.Append(transaction, caller.Audit("kv-delete", key), row);
            return null;
        }, cancellation);

    /// <summary>Deletes every key with a prefix, some at a time.</summary>
    public async ValueTask<EditResult> DeleteAllAsync(
        string prefix, Caller caller, CancellationToken cancellation)
    {
        var result = new EditResult(EditOutcome.Done, CatalogueIndex.LastChange(transactor.Current));
        foreach (KvItem[] some in index.List(prefix).Items.Chunk(DeletesMax))
        {
            result = await transactor.CommitAsync((_, transaction) =>
            {
                foreach (KvItem item in some) transaction.Delete(Row(item.Key));
                audits.Append(
                    transaction, caller.Audit("kv-delete-all", prefix), RegistrationKinds.Kv.Key("*"));
                return null;
            }, cancellation);
            if (!result.IsDone) return result;
        }

        return result;
    }

    private EditResult? Plan(ResourceSnapshot snapshot, StoreTransaction transaction, KvWrite write, Caller caller)
    {
        ResourceKey row = Row(write.Key);
        StoredResource? stored = snapshot.Find(row);
        KvEntry? before = stored is null ? null : RegistrationKinds.Kv.Decode(stored.Value.Span);
        if (write.ExpectedIndex is { } expected
            && expected != (stored?.Revision.Value ?? 0)) return EditResult.NotMet();
        KvEntry after = new()
        {
            Key = write.Key,
            Value = write.Value,
            Flags = write.Flags,
            Session = before?.Session,
            LockIndex = before?.LockIndex ?? 0,
            CreatedRevision = before is null ? 0
                : before.CreatedRevision == 0 ? stored!.Revision.Value : before.CreatedRevision,
        };
        if (write.Acquire is { } session)
        {
            if (TakeLock(snapshot, transaction, session, before, ref after) is { } verdict) return verdict;
        }
        else if (write.Release is { } releasing)
        {
            if (before?.Session != releasing) return EditResult.NotMet();
            after = after with { Session = null };
        }

        byte[] value = RegistrationKinds.Kv.Encode(after);
        if (stored is not null && value.AsSpan().SequenceEqual(stored.Value.Span)) return null;
        if (Full(snapshot, write.Key, stored, value.Length) is { } refusal) return EditResult.Refused(refusal);
        transaction.Require(row, stored?.Revision ?? Revision.None).Put(row, value);
        audits.Append(transaction, caller.Audit("kv-put", write.Key), row);
        return null;
    }

    private EditResult? TakeLock(
        ResourceSnapshot snapshot, StoreTransaction transaction, string session, KvEntry? before, ref KvEntry after)
    {
        ResourceKey holder = RegistrationKinds.Session.Key(session);
        if (snapshot.Find(holder) is not { } alive) return EditResult.Missing($"invalid session \"{session}\"");
        if (before?.Session == session) return null;
        if (before?.Session is not null || delays.IsDelayed(after.Key)) return EditResult.NotMet();
        // Together with the end of the session only one of the two can happen.
        transaction.Require(holder, alive.Revision);
        after = after with { Session = session, LockIndex = after.LockIndex + 1 };
        return null;
    }

    private string? Full(ResourceSnapshot snapshot, string key, StoredResource? stored, int valueBytes)
    {
        if (stored is null && snapshot.Count(RegistrationKinds.Kv.Name) >= options.KvEntriesMax)
            return $"{nameof(options.KvEntriesMax)}: there are {options.KvEntriesMax} keys.";
        int added = valueBytes - (stored?.ValueLength ?? -key.Length);
        // What makes it smaller is taken even where the bound was lowered since.
        return added > 0 && index.Bytes + added > options.KvBytesMax
            ? $"{nameof(options.KvBytesMax)}: keys and values have {index.Bytes} of {options.KvBytesMax} bytes."
            : null;
    }

    private static ResourceKey Row(string key) => RegistrationKinds.Kv.Key(RegistrationKinds.NameOf(key));
}
