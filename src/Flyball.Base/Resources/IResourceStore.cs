namespace Flyball.Base.Resources;

/// <summary>
/// The versioned resource store: desired state and observed transitions of everything, in one place, in one order.
/// Implementations: SQLite (embedded default), databases beyond one machine, and the simulator's in-memory one; one
/// conformance suite covers all.
/// </summary>
public interface IResourceStore : IResourceReader, ILeases, IJournal
{
    /// <summary>
    /// Commits all of <paramref name="transaction"/> or nothing of it. Answered with
    /// <see cref="CommitOutcome.Committed"/> means durable (fsynced) and visible in
    /// <see cref="IResourceReader.Current"/>. A transaction that writes no resource (journal entries only) keeps the
    /// revision.
    /// </summary>
    ValueTask<CommitResult> CommitAsync(StoreTransaction transaction, CancellationToken cancellation = default);

    /// <summary>
    /// Drops the change log up to and including <paramref name="through"/>; watches from before it get Compacted.
    /// </summary>
    ValueTask CompactAsync(Revision through, CancellationToken cancellation = default);
}
