namespace Flyball.Scheduling.Leading;

/// <summary>Why a turn at the lease is over.</summary>
internal enum LeadershipEnd
{
    /// <summary>Another server took the lease, or it could not be renewed.</summary>
    LeaseLost,

    /// <summary>
    /// The changes since the last look are not to be had: a backup was restored, or too much happened at once.
    /// </summary>
    FellBehind,
}
