using Flyball.Base.Resources;

namespace Flyball.Store.Committing;

/// <summary>
/// Who holds what until when. Owned by the writer; changes of a group that could not be written are taken back by
/// <see cref="Rollback"/>. Time is the monotonic clock, so that setting the wall clock ends no lease.
/// </summary>
internal sealed class LeaseTable(TimeProvider time, int leasesMax)
{
    private readonly SortedDictionary<string, (Lease Lease, long EndsAt)> leases = new(StringComparer.Ordinal);
    private readonly List<(string Name, (Lease Lease, long EndsAt)? Before)> undo = [];
    private long epochBeforeGroup;

    /// <summary>
    /// The last epoch given out, over all leases: one counter, so that a lease that was deleted and made anew repeats
    /// none.
    /// </summary>
    public long LastEpoch { get; private set; }

    /// <summary>What the database must be told: a lease by name, or its end (null).</summary>
    public SortedDictionary<string, Lease?> Unwritten { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The leases of the process that had the store before: each is anybody's to take. Its holder cannot live any more,
    /// for the store is locked by one process at a time, and whoever waited for its end would wait for nothing.
    /// </summary>
    public void Load(IEnumerable<Lease> rows, long lastEpoch)
    {
        leases.Clear();
        long now = time.GetTimestamp();
        foreach (Lease row in rows) leases[row.Name] = (row, now);
        LastEpoch = epochBeforeGroup = lastEpoch;
        Unwritten.Clear();
        undo.Clear();
    }

    /// <summary>
    /// True when a write under this turn is still allowed: nobody took the lease since, and it was not given up.
    /// </summary>
    public bool IsCurrent(LeaseEpoch turn) =>
        leases.TryGetValue(turn.Name, out var held) && held.Lease.Epoch == turn.Epoch;

    public LeaseEpoch? Acquire(string name, string holder, TimeSpan duration)
    {
        long now = time.GetTimestamp();
        bool exists = leases.TryGetValue(name, out var held);
        if (exists && held.Lease.Holder != holder && now < held.EndsAt) return null;
        if (!exists && leases.Count >= leasesMax) return null;

        Lease next = exists && held.Lease.Holder == holder
            ? held.Lease with { Duration = duration }
            : new Lease(name, holder, ++LastEpoch, duration);
        undo.Add((name, exists ? held : null));
        leases[name] = (next, now + Ticks(duration));
        if (!exists || next != held.Lease) Unwritten[name] = next;
        return next.Turn;
    }

    public void Release(LeaseEpoch turn)
    {
        if (IsCurrent(turn)) Remove(turn.Name);
    }

    /// <summary>Forgets leases that ended long ago, so that names that come and go do not pile up.</summary>
    public int RemoveEnded(TimeSpan since)
    {
        long before = time.GetTimestamp() - Ticks(since);
        string[] ended = [.. leases.Where(row => row.Value.EndsAt < before).Select(row => row.Key)];
        foreach (string name in ended) Remove(name);
        return ended.Length;
    }

    /// <summary>The group is durable.</summary>
    public void Commit()
    {
        undo.Clear();
        Unwritten.Clear();
        epochBeforeGroup = LastEpoch;
    }

    /// <summary>The group was not written: everything since the last <see cref="Commit"/> did not happen.</summary>
    public void Rollback()
    {
        for (int i = undo.Count - 1; i >= 0; i--)
        {
            if (undo[i].Before is { } before) leases[undo[i].Name] = before;
            else leases.Remove(undo[i].Name);
        }

        undo.Clear();
        Unwritten.Clear();
        LastEpoch = epochBeforeGroup;
    }

    private void Remove(string name)
    {
        undo.Add((name, leases[name]));
        leases.Remove(name);
        Unwritten[name] = null;
    }

    private long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * time.TimestampFrequency);
}
