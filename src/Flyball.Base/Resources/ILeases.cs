namespace Flyball.Base.Resources;

/// <summary>
/// Named leases: at most one holder at a time. A holder acts only while it can renew, and every write it makes under
/// the lease carries the epoch, so that a holder that was paused past its lease cannot write (fencing).
/// </summary>
public interface ILeases
{
    /// <summary>
    /// Takes or renews a lease for <paramref name="duration"/>. A new holder gets a higher epoch; renewing keeps it.
    /// Null when another holder's lease has not expired, and when the store cannot make the lease durable now.
    /// </summary>
    ValueTask<LeaseEpoch?> AcquireAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellation = default);

    /// <summary>Gives the lease up at once; a no-op when the epoch is no longer the current one.</summary>
    ValueTask ReleaseAsync(LeaseEpoch lease, CancellationToken cancellation = default);
}
