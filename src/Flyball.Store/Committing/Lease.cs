using Flyball.Base.Resources;

namespace Flyball.Store.Committing;

/// <summary>
/// A lease as the database keeps it. When it ends is not stored: renewing must not cost a disk write, and a restart
/// ends every lease.
/// </summary>
internal sealed record Lease(string Name, string Holder, long Epoch, TimeSpan Duration)
{
    public LeaseEpoch Turn => new(Name, Epoch);
}
