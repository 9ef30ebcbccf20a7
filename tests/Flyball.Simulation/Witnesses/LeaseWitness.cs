using Flyball.Base.Resources;

namespace Flyball.Simulation.Witnesses;

/// <summary>Knows the newest turn at each lease: an earlier one must not write any more.</summary>
internal sealed class LeaseWitness
{
    private readonly Dictionary<string, long> newest = new(StringComparer.Ordinal);

    /// <summary>Turns that began, over all leases.</summary>
    public int Turns { get; private set; }

    public void Begun(LeaseEpoch turn)
    {
        if (newest.GetValueOrDefault(turn.Name) >= turn.Epoch) return;
        newest[turn.Name] = turn.Epoch;
        Turns++;
    }

    public bool IsOver(LeaseEpoch turn) => newest.GetValueOrDefault(turn.Name) > turn.Epoch;
}
