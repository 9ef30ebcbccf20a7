using Flyball.Base.Resources;
using Flyball.Store.Watching;

namespace Flyball.Store.Memory;

/// <summary>The change log of a store without a disk: as long as the SQLite store's default.</summary>
internal sealed class MemoryChangeLog : IChangeLog
{
    private const int RowsKept = 100_000;

    private readonly Lock gate = new();
    private readonly Queue<ResourceChange> rows = new();
    private Revision compacted;

    public void Append(IReadOnlyList<ResourceChange> changes)
    {
        lock (gate)
        {
            foreach (ResourceChange change in changes) rows.Enqueue(change);
            if (rows.Count > RowsKept) Drop(rows.Peek().Revision);
        }
    }

    public void Compact(Revision through)
    {
        lock (gate) Drop(through);
    }

    public ValueTask<ChangeBatch?> ReadAsync(
        Revision after, Revision through, KindFilter filter, int batchMax, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (after < compacted) return new((ChangeBatch?)null);
            List<ResourceChange> found = [];
            foreach (ResourceChange change in rows)
            {
                if (change.Revision > through) break;
                if (change.Revision <= after || !filter.Matches(change.Key.Kind)) continue;
                if (found.Count >= batchMax && change.Revision != found[^1].Revision)
                    return new(new ChangeBatch(found[^1].Revision, found));
                found.Add(change);
            }

            return new(new ChangeBatch(through, found));
        }
    }

    private void Drop(Revision through)
    {
        while (rows.TryPeek(out ResourceChange oldest) && oldest.Revision <= through) rows.Dequeue();
        if (through > compacted) compacted = through;
    }
}
