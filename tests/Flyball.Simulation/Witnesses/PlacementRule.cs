using Flyball.Simulation.Clusters;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Simulation.Witnesses;

/// <summary>
/// A new allocation fits its node beside all that may still run there, and takes no fixed port that another one has. A
/// replica's place holds one allocation of a version at most.
/// </summary>
internal sealed class PlacementRule(SimulatedCluster cluster) : ICommitRule
{
    public void Check(ResourceSnapshot before, ResourceSnapshot after, IReadOnlyList<ResourceChange> changes)
    {
        foreach (ResourceChange change in changes)
        {
            if (change.Key.Kind != Kinds.Allocation.Name || change.Current is not { } row) continue;
            if (before.Find(change.Key) is null) CheckNew(after, row.Decode(Kinds.Allocation));
        }
    }

    private void CheckNew(ResourceSnapshot after, Allocation placed)
    {
        if (after.Get(Kinds.Node, placed.Node)?.Value is not { State: NodeState.Ready } node)
        {
            cluster.Trace.Violate($"{placed.Id} is placed on {placed.Node}, which is not ready");
            return;
        }

        Allocation[] beside = [.. after.List(Kinds.Allocation).Select(row => row.Value)
            .Where(row => row.Node == placed.Node && MayRun(after, row))];
        double cores = beside.Sum(row => TaskOf(after, row)?.Resources.CpuReservation ?? 0);
        if (cores > node.CpuCores + 1e-9)
            cluster.Trace.Violate($"{placed.Node} has {node.CpuCores} cores, {cores} are given away");
        int[] ports = [.. beside.SelectMany(row => TaskOf(after, row)?.Ports ?? []).Select(port => port.HostPort)
            .OfType<int>()];
        if (ports.Distinct().Count() < ports.Length)
            cluster.Trace.Violate($"{placed.Node} gives a port away twice: {string.Join(", ", ports)}");
        int twins = beside.Count(row => row.Workload == placed.Workload && row.Index == placed.Index
            && row.Desired == DesiredState.Run && row.Version == placed.Version && !IsLost(after, row)
            && row.RestartGeneration == placed.RestartGeneration);
        if (twins > 1)
            cluster.Trace.Violate($"replica {placed.Index} of {placed.Workload} is there {twins} times");
    }

    private static bool MayRun(ResourceSnapshot snapshot, Allocation row) =>
        snapshot.Get(Kinds.AllocationStatus, row.Id)?.Value is not
            { Phase: AllocationPhase.Stopped or AllocationPhase.Completed or AllocationPhase.Failed };

    /// <summary>Its node came back and has not told yet whether it still runs.</summary>
    private static bool IsLost(ResourceSnapshot snapshot, Allocation row) =>
        snapshot.Get(Kinds.AllocationStatus, row.Id)?.Value is { Phase: AllocationPhase.Lost };

    private static TaskSpec? TaskOf(ResourceSnapshot snapshot, Allocation row) =>
        snapshot.Get(Kinds.Version, WorkloadVersion.NameOf(row.Workload, row.Version))?.Value.Task;
}
