namespace Flyball.Base.Resources;

/// <summary>
/// The reading half of the store: an in-memory snapshot kept current by a watch. Servers, agents and gateways read
/// alike, whether the store is in this process or at the other end of a stream (then the last snapshot also survives
/// on disk).
/// </summary>
public interface IResourceReader
{
    /// <summary>The newest snapshot; never null, never waits.</summary>
    ResourceSnapshot Current { get; }

    /// <summary>
    /// Changes of <paramref name="kinds"/> (all when empty) after <paramref name="after"/>, in revision order, batched
    /// as they come; a slow reader gets larger batches, never a queue without bound. By the time a batch is yielded,
    /// <see cref="Current"/> holds it. Ends when <paramref name="cancellation"/> is cancelled, by exception.
    /// </summary>
    IAsyncEnumerable<ChangeBatch> WatchAsync(
        IReadOnlyList<string> kinds, Revision after, CancellationToken cancellation);
}
