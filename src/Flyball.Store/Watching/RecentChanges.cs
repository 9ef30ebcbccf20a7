using Flyball.Base.Resources;

namespace Flyball.Store.Watching;

/// <summary>
/// The last changes, in a ring bounded by number and bytes. For each kind it knows the newest change it has dropped:
/// a reader that has seen that one has missed nothing, however far behind its revision is. So a watch of a kind that
/// rarely changes never falls out, whatever the others do. Not thread-safe.
/// </summary>
internal sealed class RecentChanges(int changesMax, long bytesMax)
{
    /// <summary>
    /// Bytes after which a batch ends with its transaction: with one more it still fits a message of the control
    /// protocol.
    /// </summary>
    public const long BatchBytes = 4 * 1024 * 1024;

    private readonly SortedDictionary<string, Revision> droppedOfKind = new(StringComparer.Ordinal);
    private ResourceChange[] ring = new ResourceChange[Math.Min(changesMax, 256)];
    private int first;
    private int count;
    private long bytes;
    private Revision droppedOfAny;
    private Revision floor;

    /// <summary>The newest transaction.</summary>
    public Revision Last { get; private set; }

    public int Count => count;

    /// <summary>
    /// Forgets everything: the store stands at <paramref name="revision"/> and nothing before is known.
    /// </summary>
    public void Reset(Revision revision)
    {
        Array.Clear(ring);
        first = count = 0;
        bytes = 0;
        droppedOfKind.Clear();
        droppedOfAny = floor = Last = revision;
    }

    public void Append(IReadOnlyList<ResourceChange> changes, Revision last)
    {
        foreach (ResourceChange change in changes)
        {
            if (count == ring.Length) Grow();
            ring[Slot(count++)] = change;
            bytes += Size(change);
        }

        Last = last;
        while (count > changesMax || bytes > bytesMax) DropOldestTransaction();
    }

    /// <summary>Drops what is at or below a revision.</summary>
    public void DropThrough(Revision through)
    {
        while (count > 0 && ring[first].Revision <= through) DropOldestTransaction();
    }

    /// <summary>True when a change that this reader has not seen may have been dropped.</summary>
    public bool IsBehind(Revision after, KindFilter filter)
    {
        if (after < floor) return true;
        if (filter.IsAll) return after < droppedOfAny;
        foreach (string kind in filter.Kinds)
            if (droppedOfKind.TryGetValue(kind, out Revision dropped) && after < dropped) return true;
        return false;
    }

    /// <summary>
    /// The changes after a revision that the filter wants: whole transactions, until there are
    /// <paramref name="batchMax"/> or more, or <see cref="BatchBytes"/>. Call only when not <see cref="IsBehind"/>.
    /// </summary>
    public ChangeBatch Read(Revision after, KindFilter filter, int batchMax)
    {
        List<ResourceChange>? found = null;
        long foundBytes = 0;
        for (int i = IndexAfter(after); i < count; i++)
        {
            ref ResourceChange change = ref ring[Slot(i)];
            bool isFull = found is not null && (found.Count >= batchMax || foundBytes >= BatchBytes);
            if (isFull && change.Revision != found![^1].Revision) return new ChangeBatch(found[^1].Revision, found);
            if (!filter.Matches(change.Key.Kind)) continue;
            (found ??= []).Add(change);
            foundBytes += Size(change);
        }

        return new ChangeBatch(Last, found ?? (IReadOnlyList<ResourceChange>)[]);
    }

    private int IndexAfter(Revision after)
    {
        int low = 0;
        int high = count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (ring[Slot(middle)].Revision <= after) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private void DropOldestTransaction()
    {
        Revision oldest = ring[first].Revision;
        while (count > 0 && ring[first].Revision == oldest)
        {
            ref ResourceChange change = ref ring[first];
            droppedOfKind[change.Key.Kind] = oldest;
            bytes -= Size(change);
            change = default;
            first = Slot(1);
            count--;
        }

        droppedOfAny = oldest;
    }

    /// <summary>
    /// By doubling: an idle store holds a small ring; a transaction may exceed the bound until it is appended.
    /// </summary>
    private void Grow()
    {
        var larger = new ResourceChange[ring.Length * 2];
        for (int i = 0; i < count; i++) larger[i] = ring[Slot(i)];
        ring = larger;
        first = 0;
    }

    private int Slot(int index) => (first + index) % ring.Length;

    private static long Size(ResourceChange change) => 128 + (change.Current?.ValueLength ?? 0);
}
