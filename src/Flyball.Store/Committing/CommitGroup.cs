using Flyball.Base.Resources;

namespace Flyball.Store.Committing;

/// <summary>
/// Transactions that become durable together. Each is judged against the last snapshot overlaid with what came before
/// it in the group, so the result is the same as if they had been committed one by one. Pure: it touches no disk, and
/// every store shares it, so that their semantics cannot drift apart.
/// </summary>
internal sealed class CommitGroup(ResourceSnapshot snapshot, LeaseTable leases)
{
    private readonly Dictionary<ResourceKey, StoredResource?> overlay = [];
    private readonly List<ResourceChange> changes = [];
    private readonly List<JournalEntry> entries = [];

    /// <summary>The revision that the store will stand at.</summary>
    public Revision Revision { get; private set; } = snapshot.Revision;

    public IReadOnlyList<ResourceChange> Changes => changes;

    public IReadOnlyList<JournalEntry> Entries => entries;

    public LeaseTable Leases => leases;

    public bool WritesNothing => changes.Count == 0 && entries.Count == 0 && leases.Unwritten.Count == 0;

    /// <summary>Takes the transaction into the group, or says why not (then nothing of it is in the group).</summary>
    public CommitResult Add(StoreTransaction transaction)
    {
        if (transaction.Lease is { } turn && !leases.IsCurrent(turn))
            return new CommitResult(CommitOutcome.LeaseLost, Revision,
                Reason: $"The lease {turn.Name} is no longer held with epoch {turn.Epoch}.");
        foreach (Precondition condition in transaction.Preconditions)
        {
            Revision actual = Find(condition.Key)?.Revision ?? Revision.None;
            if (actual != condition.Revision)
                return new CommitResult(CommitOutcome.Conflict, Revision, condition.Key, actual);
        }

        if (AddWrites(transaction.Writes)) Revision = Revision.Next;
        entries.AddRange(transaction.Entries);
        return new CommitResult(CommitOutcome.Committed, Revision);
    }

    /// <summary>The last snapshot with this group in it.</summary>
    public ResourceSnapshot Result() => snapshot.Apply(changes, Revision);

    /// <summary>
    /// Writes of one transaction all carry the same revision, so of several to one key only the last counts; a delete
    /// of what is absent is no change. False when nothing changed: then no revision is used up.
    /// </summary>
    private bool AddWrites(IReadOnlyList<ResourceWrite> writes)
    {
        if (writes.Count == 0) return false;
        int before = changes.Count;
        HashSet<ResourceKey>? later = writes.Count > 1 ? [] : null;
        // Backwards, so that the last write to a key is the one met first.
        for (int i = writes.Count - 1; i >= 0; i--)
        {
            if (later is not null && !later.Add(writes[i].Key)) continue;
            if (writes[i].Value is null && Find(writes[i].Key) is null) continue;
            changes.Add(Change(writes[i], Revision.Next));
        }

        changes.Reverse(before, changes.Count - before);
        for (int i = before; i < changes.Count; i++) overlay[changes[i].Key] = changes[i].Current;
        return changes.Count > before;
    }

    private static ResourceChange Change(ResourceWrite write, Revision revision) => write.Value is { } value
        ? ResourceChange.Put(new StoredResource(write.Key, revision, value))
        : ResourceChange.Delete(write.Key, revision);

    private StoredResource? Find(ResourceKey key) =>
        overlay.TryGetValue(key, out StoredResource? changed) ? changed : snapshot.Find(key);
}
