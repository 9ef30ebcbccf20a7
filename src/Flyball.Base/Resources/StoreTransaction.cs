namespace Flyball.Base.Resources;

/// <summary>
/// A transaction as data: preconditions, writes and journal entries. Being data it can be grouped with others into one
/// fsync, retried by the store on a serialisation failure without asking the caller again, and sent to another process.
/// Not thread-safe while it is built; not to be changed after it was committed.
/// </summary>
public sealed class StoreTransaction
{
    private readonly List<ResourceWrite> writes = [];
    private readonly List<Precondition> preconditions = [];
    private readonly List<JournalEntry> entries = [];

    public IReadOnlyList<ResourceWrite> Writes => writes;

    public IReadOnlyList<Precondition> Preconditions => preconditions;

    public IReadOnlyList<JournalEntry> Entries => entries;

    /// <summary>The lease this transaction was written under, checked when it commits; null for none.</summary>
    public LeaseEpoch? Lease { get; private set; }

    public bool IsEmpty => writes.Count == 0 && entries.Count == 0;

    public StoreTransaction Put(ResourceKey key, ReadOnlyMemory<byte> value)
    {
        writes.Add(new ResourceWrite(key, value));
        return this;
    }

    public StoreTransaction Put<T>(ResourceKind<T> kind, string name, T value, string ns = ResourceKey.DefaultNamespace)
        where T : class =>
        Put(kind.Key(name, ns), kind.Encode(value));

    /// <summary>Deletes the key; deleting what is absent is no change and no error.</summary>
    public StoreTransaction Delete(ResourceKey key)
    {
        writes.Add(new ResourceWrite(key, null));
        return this;
    }

    /// <summary>
    /// The key must stand at exactly this revision; <see cref="Revision.None"/> means it must not exist.
    /// </summary>
    public StoreTransaction Require(ResourceKey key, Revision revision)
    {
        preconditions.Add(new Precondition(key, revision));
        return this;
    }

    public StoreTransaction Append(JournalEntry entry)
    {
        entries.Add(entry);
        return this;
    }

    public StoreTransaction Under(LeaseEpoch lease)
    {
        Lease = lease;
        return this;
    }
}
