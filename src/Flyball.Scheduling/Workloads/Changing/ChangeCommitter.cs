using Flyball.Base.Resources;
using Flyball.Scheduling.Http;

namespace Flyball.Scheduling.Workloads.Changing;

/// <summary>
/// Commits what a request asked for. A change is a function of the newest snapshot; when another change came between,
/// it is made again from the newer one, unless the caller named the revision that it builds on.
/// </summary>
internal sealed class ChangeCommitter(IResourceStore store)
{
    private const int TriesMax = 8;

    /// <exception cref="ApiRefusal">The store does not take it, or <paramref name="isConditional"/> and the resource
    /// moved.</exception>
    public async Task<(Revision Revision, T Answer)> CommitAsync<T>(
        Func<ResourceSnapshot, (StoreTransaction Transaction, T Answer)> change,
        bool isConditional,
        CancellationToken cancellation)
    {
        for (int i = 0; i < TriesMax; i++)
        {
            (StoreTransaction transaction, T answer) = change(store.Current);
            if (transaction.Writes.Count == 0) return (store.Current.Revision, answer);
            CommitResult result = await store.CommitAsync(transaction, cancellation);
            switch (result.Outcome)
            {
                case CommitOutcome.Committed:
                    return (result.Revision, answer);
                case CommitOutcome.Conflict when isConditional:
                    throw ApiRefusal.PreconditionFailed($"{result.Conflict} stands at revision {result.Actual} now.");
                case CommitOutcome.Conflict:
                    continue;
                default:
                    throw ApiRefusal.Unavailable(
                        $"The store did not take the change: {result.Reason ?? result.Outcome.ToString()}.");
            }
        }

        throw ApiRefusal.Conflict("The workload changes faster than this request can be applied; try again.");
    }

    /// <exception cref="ApiRefusal">The resource does not stand at the revision that the caller named.</exception>
    public static void Check(Revision? wanted, ResourceKey key, Revision actual)
    {
        if (wanted is { } revision && revision != actual)
            throw ApiRefusal.PreconditionFailed($"{key} stands at revision {actual}, not {revision}.");
    }
}
