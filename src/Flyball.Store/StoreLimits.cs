namespace Flyball.Store;

/// <summary>
/// What one transaction may hold. Beyond a limit a commit is answered
/// <see cref="Base.Resources.CommitOutcome.Refused"/> with the limit's name.
/// </summary>
public sealed record StoreLimits
{
    /// <summary>Bytes of one resource's value. Default 1 MiB: values are manifests, not blobs.</summary>
    public int ValueBytesMax { get; init; } = 1024 * 1024;

    /// <summary>
    /// Bytes of one journal entry's value. Default 64 KiB: a reader asks for up to 10,000 of them at once.
    /// </summary>
    public int EntryBytesMax { get; init; } = 64 * 1024;

    /// <summary>
    /// Bytes of one transaction: its values, its keys and a fixed cost an operation. Default 8 MiB: half of the largest
    /// message on the control protocol, since a watch never splits a transaction.
    /// </summary>
    public int TransactionBytesMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>Writes, preconditions and journal entries of one transaction together. Default 10,000.</summary>
    public int TransactionOperationsMax { get; init; } = 10_000;

    /// <summary>Leases that exist at once; one more is not granted. Default 10,000.</summary>
    public int LeasesMax { get; init; } = 10_000;

    /// <summary>
    /// Changes kept in memory for watches in this process; a watch that falls behind them reads the change log.
    /// Default 16,384.
    /// </summary>
    public int RecentChangesMax { get; init; } = 16_384;

    /// <summary>Bytes of values that those recent changes may hold alive. Default 64 MiB.</summary>
    public long RecentBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// Changes in one batch of a watch, after which the batch ends with its last transaction. Default 1,024.
    /// </summary>
    public int WatchBatchMax { get; init; } = 1_024;

    internal IEnumerable<string> Problems()
    {
        if (ValueBytesMax < 1) yield return $"{nameof(ValueBytesMax)} must be at least 1.";
        if (EntryBytesMax < 1) yield return $"{nameof(EntryBytesMax)} must be at least 1.";
        if (TransactionBytesMax < ValueBytesMax)
            yield return $"{nameof(TransactionBytesMax)} must hold one value of {nameof(ValueBytesMax)}.";
        if (TransactionOperationsMax < 1) yield return $"{nameof(TransactionOperationsMax)} must be at least 1.";
        if (LeasesMax < 1) yield return $"{nameof(LeasesMax)} must be at least 1.";
        if (RecentChangesMax < 1) yield return $"{nameof(RecentChangesMax)} must be at least 1.";
        if (RecentBytesMax < 1) yield return $"{nameof(RecentBytesMax)} must be at least 1.";
        if (WatchBatchMax < 1) yield return $"{nameof(WatchBatchMax)} must be at least 1.";
    }
}
