using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Simulation.Clusters;

namespace Flyball.Simulation.Witnesses;

/// <summary>
/// What has ended does not begin again: its room and its ports count as free from then on. What was only lost with its
/// node may turn out to run.
/// </summary>
internal sealed class EndRule(SimulatedCluster cluster) : ICommitRule
{
    public void Check(ResourceSnapshot before, ResourceSnapshot after, IReadOnlyList<ResourceChange> changes)
    {
        foreach (ResourceChange change in changes)
        {
            if (change.Key.Kind != Kinds.AllocationStatus.Name) continue;
            AllocationStatus? was = before.Find(change.Key)?.Decode(Kinds.AllocationStatus);
            AllocationStatus? now = change.Current?.Decode(Kinds.AllocationStatus);
            if (was is { IsTerminal: true, Phase: not AllocationPhase.Lost } && now is { IsTerminal: false })
                cluster.Trace.Violate($"{change.Key.Name} was {was.Phase} and is {now.Phase}");
        }
    }
}
