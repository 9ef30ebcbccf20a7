using Flyball.Simulation.Clusters;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Simulation.Witnesses;

/// <summary>
/// The scheduler's own stops never take more healthy replicas away than the update policy allows. Whether a replica
/// fell ill or became healthy in the very moment of the plan, the plan could not know.
/// </summary>
internal sealed class HealthFloorRule(SimulatedCluster cluster) : ICommitRule
{
    private static readonly TimeSpan JustNow = TimeSpan.FromSeconds(1);

    /// <summary>When each allocation's health last turned.</summary>
    private readonly Dictionary<string, DateTimeOffset> turned = new(StringComparer.Ordinal);

    public void Check(ResourceSnapshot before, ResourceSnapshot after, IReadOnlyList<ResourceChange> changes)
    {
        foreach (ResourceChange change in changes)
            if (change.Key.Kind == Kinds.AllocationStatus.Name
                && IsHealthy(before, change.Key.Name) != IsHealthy(after, change.Key.Name))
                turned[change.Key.Name] = cluster.Time.GetUtcNow();
        string[] stopped = [.. changes.Where(change => IsStop(before, change))
            .Select(change => change.Current!.Decode(Kinds.Allocation).Workload).Distinct()];
        foreach (string workload in stopped) CheckStops(before, after, workload);
    }

    private static bool IsStop(ResourceSnapshot before, ResourceChange change) =>
        change.Key.Kind == Kinds.Allocation.Name
        && change.Current?.Decode(Kinds.Allocation) is { Desired: DesiredState.Stop }
        && before.Get(Kinds.Allocation, change.Key.Name)?.Value is { Desired: DesiredState.Run };

    private void CheckStops(ResourceSnapshot before, ResourceSnapshot after, string name)
    {
        if (after.Get(Kinds.Workload, name)?.Value is not { Stopped: false } workload) return;
        int desired = after.Get(Kinds.Scale, name)?.Value.Replicas ?? workload.Replicas;
        UpdatePolicy update = workload.Update;
        bool hasPort = after.List(Kinds.Version).Any(row => row.Value.Workload == name
            && row.Value.Task.Ports.Any(port => port.HostPort is not null));
        int parallelism = update.Parallelism <= 0 ? int.MaxValue : update.Parallelism;
        int down = update.Order == UpdateOrder.StopFirst || hasPort ? Math.Min(parallelism, desired) : 0;
        int floor = Math.Min(Replicas(before, name, id => IsHealthy(before, id) && !TurnedJustNow(id)), desired - down);
        int left = Replicas(after, name, id => IsHealthy(after, id) || TurnedJustNow(id));
        if (left < floor)
            cluster.Trace.Violate($"{name} is left with {left} healthy replicas by a plan, {floor} at least may stay");
    }

    private static int Replicas(ResourceSnapshot snapshot, string workload, Func<string, bool> counts) =>
        snapshot.List(Kinds.Allocation).Select(row => row.Value)
            .Where(row => row.Workload == workload && row.Desired == DesiredState.Run && counts(row.Id))
            .DistinctBy(row => row.Index).Count();

    private bool TurnedJustNow(string allocation) =>
        turned.TryGetValue(allocation, out DateTimeOffset at) && cluster.Time.GetUtcNow() - at < JustNow;

    private static bool IsHealthy(ResourceSnapshot snapshot, string allocation) =>
        snapshot.Get(Kinds.AllocationStatus, allocation)?.Value is
            { Phase: AllocationPhase.Running, Health: HealthState.Passing };
}
