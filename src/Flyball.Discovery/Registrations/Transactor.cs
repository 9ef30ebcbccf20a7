using Flyball.Base.Resources;
using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Registrations;

/// <summary>Commits what is planned from a snapshot, again from a fresh one while others come first.</summary>
internal sealed class Transactor(IResourceStore store, DiscoveryMetrics metrics)
{
    /// <summary>Writers of one key that come first before the change is given up.</summary>
    private const int AttemptsMax = 32;

    public ResourceSnapshot Current => store.Current;

    /// <param name="plan">Fills the transaction from the snapshot; a result ends the change without a write.</param>
    public async ValueTask<EditResult> CommitAsync(
        Func<ResourceSnapshot, StoreTransaction, EditResult?> plan, CancellationToken cancellation)
    {
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            ResourceSnapshot snapshot = store.Current;
            var transaction = new StoreTransaction();
            if (plan(snapshot, transaction) is { } verdict)
            {
                if (verdict.Outcome == EditOutcome.Refused) metrics.Refused(verdict.Reason);
                return verdict;
            }

            if (transaction.IsEmpty) return new EditResult(EditOutcome.Done, CatalogueIndex.LastChange(snapshot));
            CommitResult result = await store.CommitAsync(transaction, cancellation);
            switch (result.Outcome)
            {
                case CommitOutcome.Committed:
                    return new EditResult(EditOutcome.Done, result.Revision);
                case CommitOutcome.Conflict:
                    continue;
                case CommitOutcome.Refused:
                    metrics.Refused(result.Reason ?? "");
                    return EditResult.Refused(result.Reason ?? "The store refused it.");
                default:
                    return new EditResult(
                        EditOutcome.Unavailable, result.Revision, result.Reason ?? "The store takes no writes now.");
            }
        }

        return new EditResult(
            EditOutcome.Unavailable, store.Current.Revision, "Others change the same at every moment; try again.");
    }
}
