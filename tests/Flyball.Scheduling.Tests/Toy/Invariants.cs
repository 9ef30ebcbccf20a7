using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Placement;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Tests.Toy;

/// <summary>What must hold after every committed plan, whatever has happened to the cluster.</summary>
internal static class Invariants
{
    public static void Check(ResourceSnapshot before, WorkloadPlan plan, ResourceSnapshot after)
    {
        if (after.Get(Kinds.Workload, plan.Workload) is not { } workload) return;
        int desired = workload.Value.Stopped
            ? 0 : after.Get(Kinds.Scale, plan.Workload)?.Value.Replicas ?? workload.Value.Replicas;
        UpdatePolicy update = workload.Value.Update;
        int parallelism = update.Parallelism == 0 ? int.MaxValue : update.Parallelism;
        Allocation[] running = [.. Live(after, plan.Workload).Where(row => row.Desired == DesiredState.Run)];
        Allocation[] launched = [.. running.Where(row => before.Get(Kinds.Allocation, row.Id) is null)];

        IGrouping<int, Allocation>[] slots = [.. running.GroupBy(row => row.Index)];
        Assert.All(slots, slot => Assert.InRange(slot.Count(), 1, 2));
        Assert.All(slots.Where(slot => slot.Count() == 2),
            slot => Assert.Equal(2, slot.DistinctBy(row => (row.Version, row.RestartGeneration)).Count()));
        if (launched.Length > 0) Assert.True(slots.Length <= desired, $"{slots.Length} slots, {desired} desired");
        bool makesPairs = launched.Any(row => slots.Single(slot => slot.Key == row.Index).Count() == 2);
        int pairs = slots.Count(slot => slot.Count() == 2);
        if (makesPairs) Assert.True(pairs <= parallelism, $"{pairs} replaced at a time, {parallelism} allowed");

        CheckHealth(before, after, plan.Workload, desired, update, parallelism);
        if (update.Order == UpdateOrder.StopFirst && launched.Length > 0)
            Assert.True(Live(after, plan.Workload).Count() <= desired, "more run at once than may");
        CheckNodes(after);
    }

    /// <summary>The plan's own stops never cost more healthy slots than the order allows.</summary>
    private static void CheckHealth(
        ResourceSnapshot before, ResourceSnapshot after, string workload, int desired, UpdatePolicy update,
        int parallelism)
    {
        bool hasPort = after.List(Kinds.Version)
            .Any(row => row.Value.Workload == workload && HostPort.Of(row.Value.Task).Count > 0);
        int down = update.Order == UpdateOrder.StopFirst || hasPort ? Math.Min(parallelism, desired) : 0;
        int least = Math.Min(desired, HealthySlots(before, workload)) - down;
        Assert.True(
            HealthySlots(after, workload) >= least, $"{HealthySlots(after, workload)} healthy, {least} at least");
    }

    /// <summary>No node gives away more than it has, and no port twice.</summary>
    private static void CheckNodes(ResourceSnapshot snapshot)
    {
        foreach (IGrouping<string, Allocation> node in Live(snapshot, null).GroupBy(row => row.Node))
        {
            Claim[] claims = [.. node.Select(row => Claim.Of(row, TaskOf(snapshot, row)))];
            double cores = snapshot.Get(Kinds.Node, node.Key)!.Value.Value.CpuCores;
            Assert.True(claims.Sum(claim => claim.CpuMillis) <= cores * 1000, $"{node.Key} is overcommitted");
            HostPort[] ports = [.. claims.SelectMany(claim => claim.Ports)];
            for (int i = 0; i < ports.Length; i++)
                for (int j = 0; j < i; j++) Assert.False(ports[i].ConflictsWith(ports[j]), $"{node.Key} {ports[i]}");
        }
    }

    private static int HealthySlots(ResourceSnapshot snapshot, string workload) => Live(snapshot, workload)
        .Where(row => row.Desired == DesiredState.Run
            && snapshot.Get(Kinds.AllocationStatus, row.Id)?.Value is { Phase: AllocationPhase.Running,
                Health: HealthState.Passing })
        .DistinctBy(row => row.Index).Count();

    private static IEnumerable<Allocation> Live(ResourceSnapshot snapshot, string? workload) =>
        snapshot.List(Kinds.Allocation)
        .Select(row => row.Value)
        .Where(row => (workload is null || row.Workload == workload)
            && snapshot.Get(Kinds.AllocationStatus, row.Id)?.Value is not { IsTerminal: true }
            && snapshot.Get(Kinds.Node, row.Node) is { Value.State: not NodeState.Lost });

    private static TaskSpec TaskOf(ResourceSnapshot snapshot, Allocation row) =>
        snapshot.Get(Kinds.Version, WorkloadVersion.NameOf(row.Workload, row.Version))!.Value.Value.Task;
}
