using Flyball.Simulation.Clusters;
using Flyball.Base.Resources;

namespace Flyball.Simulation.Witnesses;

/// <summary>
/// The store as one part of one server process sees it. It watches over the rules of writing: one writer a kind, and
/// who is elected writes under its own turn at the lease, never after another's began.
/// </summary>
internal sealed class WitnessedStore(SimulatedCluster cluster, string process, StoreUser user) : IResourceStore
{
    private readonly Dictionary<string, LeaseEpoch> held = new(StringComparer.Ordinal);

    public ResourceSnapshot Current => cluster.Store.Current;

    public IAsyncEnumerable<ChangeBatch> WatchAsync(
        IReadOnlyList<string> kinds, Revision after, CancellationToken cancellation) =>
        cluster.Store.WatchAsync(kinds, after, cancellation);

    public async ValueTask<CommitResult> CommitAsync(
        StoreTransaction transaction, CancellationToken cancellation = default)
    {
        CheckKinds(transaction);
        CheckLease(transaction);
        if (!cluster.Faults.StoreTakesWrites)
            return new CommitResult(CommitOutcome.Unavailable, Current.Revision, Reason: "The disk is full.");
        CommitResult result = await cluster.Store.CommitAsync(transaction, cancellation);
        bool wrote = result.IsCommitted && transaction.Writes.Count > 0;
        if (wrote && transaction.Lease is { } turn && cluster.Witness.Leases.WasOver(turn, result.Revision))
            cluster.Trace.Violate($"{process} {user.Name} wrote under the stale {transaction.Lease}");
        return result;
    }

    public async ValueTask<LeaseEpoch?> AcquireAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellation = default)
    {
        if (!cluster.Faults.StoreTakesWrites) return null;
        LeaseEpoch? turn = await cluster.Store.AcquireAsync(name, holder, duration, cancellation);
        if (turn is not { } got) return turn;
        if (!held.TryGetValue(name, out LeaseEpoch before) || before != got)
            cluster.Trace.Add(process, $"holds {name}, epoch {got.Epoch}");
        held[name] = got;
        cluster.Witness.Leases.Begun(got, Current.Revision);
        return turn;
    }

    public ValueTask ReleaseAsync(LeaseEpoch lease, CancellationToken cancellation = default) =>
        cluster.Store.ReleaseAsync(lease, cancellation);

    public ValueTask CompactAsync(Revision through, CancellationToken cancellation = default) =>
        cluster.Store.CompactAsync(through, cancellation);

    public ValueTask<IReadOnlyList<JournalRow>> ReadAsync(
        JournalQuery query, CancellationToken cancellation = default) => cluster.Store.ReadAsync(query, cancellation);

    public ValueTask<int> TrimAsync(string table, long beforeUnixMs, CancellationToken cancellation = default) =>
        cluster.Store.TrimAsync(table, beforeUnixMs, cancellation);

    private void CheckKinds(StoreTransaction transaction)
    {
        foreach (ResourceWrite write in transaction.Writes)
        {
            bool may = user.Writes.Contains(write.Key.Kind)
                || (write.Value is null && user.Deletes.Contains(write.Key.Kind));
            if (!may) cluster.Trace.Violate($"{process} {user.Name} writes {write.Key}, which is another's");
        }
    }

    private void CheckLease(StoreTransaction transaction)
    {
        if (!user.IsElected) return;
        if (transaction.Lease is not { } turn)
            cluster.Trace.Violate($"{process} {user.Name} writes without its lease");
        else if (!held.TryGetValue(turn.Name, out LeaseEpoch mine) || mine.Epoch < turn.Epoch)
            cluster.Trace.Violate($"{process} {user.Name} writes under {turn}, which is not its own");
    }
}
