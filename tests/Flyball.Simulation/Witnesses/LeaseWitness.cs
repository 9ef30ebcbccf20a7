using Flyball.Base.Resources;

namespace Flyball.Simulation.Witnesses;

/// <summary>
/// Knows the newest turn at each lease and when it began: an earlier turn must not write any more since then.
/// </summary>
internal sealed class LeaseWitness
{
    private readonly Dictionary<string, (long Epoch, Revision Begin)> newest = new(StringComparer.Ordinal);

    /// <summary>Turns that began, over all leases.</summary>
    public int Turns { get; private set; }

    /// <param name="turn">A turn that was granted.</param>
    /// <param name="now">The store's revision when that was heard: not before it was granted.</param>
    public void Begun(LeaseEpoch turn, Revision now)
    {
        if (newest.GetValueOrDefault(turn.Name).Epoch >= turn.Epoch) return;
        newest[turn.Name] = (turn.Epoch, now);
        Turns++;
    }

    /// <summary>True when a transaction of this turn was committed after a newer turn had begun.</summary>
    public bool WasOver(LeaseEpoch turn, Revision committed) =>
        newest.TryGetValue(turn.Name, out var known) && known.Epoch > turn.Epoch && committed > known.Begin;
}
