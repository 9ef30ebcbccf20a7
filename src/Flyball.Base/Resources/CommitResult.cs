namespace Flyball.Base.Resources;

/// <summary>How a transaction ended.</summary>
public enum CommitOutcome
{
    /// <summary>Durable and visible.</summary>
    Committed,

    /// <summary>
    /// A precondition did not hold; <see cref="CommitResult.Conflict"/> and <see cref="CommitResult.Actual"/> say
    /// which. Nothing was written.
    /// </summary>
    Conflict,

    /// <summary>
    /// The lease passed to another holder. Nothing was written; the holder must stop acting under it.
    /// </summary>
    LeaseLost,

    /// <summary>
    /// A bound was reached (writer queue full, value or transaction too large). Nothing was written;
    /// <see cref="CommitResult.Reason"/> says which.
    /// </summary>
    Refused,

    /// <summary>
    /// The disk or database cannot take writes now (full disk, I/O error). Nothing was written; reads go on.
    /// </summary>
    Unavailable,
}

/// <summary>
/// The answer to a commit. <see cref="Revision"/> is the transaction's own when committed, else the store's current
/// one.
/// </summary>
public readonly record struct CommitResult(
    CommitOutcome Outcome,
    Revision Revision,
    ResourceKey? Conflict = null,
    Revision Actual = default,
    string? Reason = null)
{
    public bool IsCommitted => Outcome == CommitOutcome.Committed;
}
