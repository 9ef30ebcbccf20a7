using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Deciding;

/// <summary>What the parts of a policy said at one tick.</summary>
internal sealed class Asked(int partsMax)
{
    public List<Proposal> Proposals { get; } = new(partsMax);

    /// <summary>Signals that are not known, or only in part.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>How many of them could not be measured of anything, because no replica serves.</summary>
    public int Unmeasurable { get; private set; }

    /// <summary>A part that asks for a replica, whatever there is now; null for none.</summary>
    public string? Holder { get; set; }

    /// <summary>
    /// A signal is not known. That shares of replicas' limits are not where there is no replica is no fault.
    /// </summary>
    public void Miss(ScaleSignal signal, string? query, Observation seen)
    {
        var isUnmeasurable = SignalValues.IsShare(signal) && seen.Ready == 0;
        if (isUnmeasurable && seen.Replicas == 0)
            return;
        Missing.Add(PolicyText.Signal(signal, query));
        if (isUnmeasurable)
            Unmeasurable++;
    }
}
