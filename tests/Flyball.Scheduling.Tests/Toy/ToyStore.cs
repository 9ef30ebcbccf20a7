using Flyball.Base.Resources;

namespace Flyball.Scheduling.Tests.Toy;

/// <summary>A store in a few lines: one snapshot, preconditions, and the journal in a list.</summary>
internal sealed class ToyStore
{
    private Revision revision;

    public ResourceSnapshot Current { get; private set; } = ResourceSnapshot.Empty;

    public List<JournalEntry> Journal { get; } = [];

    public event Action<ResourceChange>? Changed;

    /// <summary>False when a precondition did not hold.</summary>
    public bool Commit(StoreTransaction transaction)
    {
        foreach (Precondition wanted in transaction.Preconditions)
            if ((Current.Find(wanted.Key)?.Revision ?? Revision.None) != wanted.Revision) return false;
        Journal.AddRange(transaction.Entries);
        if (transaction.Writes.Count == 0) return true;
        revision = revision.Next;
        List<ResourceChange> changes = [.. transaction.Writes.Select(write => write.Value is { } value
            ? ResourceChange.Put(new StoredResource(write.Key, revision, value))
            : ResourceChange.Delete(write.Key, revision))];
        Current = Current.Apply(changes, revision);
        foreach (ResourceChange change in changes) Changed?.Invoke(change);
        return true;
    }

    public void Put<T>(ResourceKind<T> kind, string name, T value) where T : class =>
        Assert.True(Commit(new StoreTransaction().Put(kind, name, value)));

    public void Delete(ResourceKey key) => Assert.True(Commit(new StoreTransaction().Delete(key)));
}
