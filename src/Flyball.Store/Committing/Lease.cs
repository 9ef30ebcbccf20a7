using Flyball.Base.Resources;

namespace Flyball.Store.Committing;

/// <summary>
/// A lease as the database keeps it. When it ends is not stored: renewing must not cost a disk write, and after a
/// restart a lease gets its full duration once more, which can only delay a new holder.
/// </summary>
internal sealed record Lease(string Name, string Holder, long Epoch, TimeSpan Duration)
{
    public LeaseEpoch Turn => new(Name, Epoch);
}
