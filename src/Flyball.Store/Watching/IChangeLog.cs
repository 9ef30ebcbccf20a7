using Flyball.Base.Resources;

namespace Flyball.Store.Watching;

/// <summary>The durable change log, for watches that are behind the changes in memory.</summary>
internal interface IChangeLog
{
    /// <summary>
    /// Changes after <paramref name="after"/> and up to <paramref name="through"/>, whole transactions, about
    /// <paramref name="batchMax"/> at most; null when some of them were compacted away.
    /// </summary>
    ValueTask<ChangeBatch?> ReadAsync(
        Revision after, Revision through, KindFilter filter, int batchMax, CancellationToken cancellation);
}
