using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Witnesses;

/// <summary>Whether one workload has arrived where its spec, or the rollback of a broken one, wants it.</summary>
internal sealed class WorkloadSettlement(ResourceSnapshot now, Resource<Workload> workload)
{
    /// <summary>In use at once, and the history that is kept beside them.</summary>
    private const int VersionsMax = 3 + 6;

    private readonly string name = workload.Key.Name;
    private readonly Allocation[] all =
        [.. now.List(Kinds.Allocation).Select(row => row.Value).Where(row => row.Workload == workload.Key.Name)];

    private int Desired => workload.Value.Stopped
        ? 0
        : now.Get(Kinds.Scale, name)?.Value.Replicas ?? workload.Value.Replicas;

    public string? Problem()
    {
        int versions = now.List(Kinds.Version).Count(row => row.Value.Workload == name);
        if (versions > VersionsMax) return $"{versions} versions are kept";
        if (all.FirstOrDefault(row => row.Desired == DesiredState.Stop) is { } stopping)
            return $"{stopping.Id} has not stopped";
        if (Desired == 0) return all.Length == 0 ? null : $"{all.Length} allocations of none";
        if (now.Get(Kinds.Rollout, name)?.Value is not { } rollout) return "it has no rollout";
        if (rollout.State == RolloutState.Paused) return PausedProblem(rollout);
        if (IsAwaiting(rollout)) return null;
        if (rollout.Waiting.Length > 0) return rollout.Waiting;
        if (rollout.State is not (RolloutState.Completed or RolloutState.RolledBack)) return $"it is {rollout.State}";
        return VersionProblem(rollout) ?? ReplicasProblem(rollout);
    }

    /// <summary>A service that its project's other service holds back, which is itself not well.</summary>
    private bool IsAwaiting(Rollout rollout) =>
        all.Length == 0 && rollout.Waiting.StartsWith("waits for ", StringComparison.Ordinal)
        && workload.Value.DependsOn.Any(on => !now.List(Kinds.AllocationStatus).Any(row =>
            row.Value.Workload == WorkloadName.Of(workload.Value.Project, on.Service)
            && row.Value is { Phase: AllocationPhase.Running, Health: HealthState.Passing }));

    /// <summary>A rollout pauses when there is nothing healthy to return to; then the user's turn has come.</summary>
    private string? PausedProblem(Rollout rollout) =>
        IsBroken(workload.Value.Task.Image) || rollout.StableVersion is null || rollout.RejectedVersion is not null
            || rollout.StableVersion == rollout.TargetVersion
            ? null
            : "it is paused though there is a stable version";

    private string? VersionProblem(Rollout rollout)
    {
        string? wanted = workload.Value.Task.Image;
        string? Image(int? number) => number is null
            ? null
            : now.Get(Kinds.Version, WorkloadVersion.NameOf(name, number.Value))?.Value.Task.Image;
        if (IsBroken(Image(rollout.TargetVersion))) return $"its target is the broken {Image(rollout.TargetVersion)}";
        if (rollout.State == RolloutState.Completed && Image(rollout.TargetVersion) != wanted)
            return $"{Image(rollout.TargetVersion)} is complete, {wanted} is wanted";
        if (rollout.State == RolloutState.RolledBack && Image(rollout.RejectedVersion) != wanted)
            return $"{Image(rollout.RejectedVersion)} is rolled back, {wanted} is wanted";
        return null;
    }

    private string? ReplicasProblem(Rollout rollout)
    {
        if (all.Length != Desired) return $"{all.Length} allocations, {Desired} are desired";
        foreach (Allocation row in all)
        {
            if (row.Version != rollout.TargetVersion) return $"{row.Id} is of version {row.Version}";
            if (rollout.State == RolloutState.Completed && row.RestartGeneration < workload.Value.RestartGeneration)
                return $"{row.Id} was not restarted";
            AllocationStatus? status = now.Get(Kinds.AllocationStatus, row.Id)?.Value;
            if (status is not { Phase: AllocationPhase.Running, Health: HealthState.Passing })
                return $"{row.Id} on {row.Node} is {status?.Phase.ToString() ?? "silent"} {status?.Health}";
        }

        return all.DistinctBy(row => row.Index).Count() == all.Length ? null : "two have one index";
    }

    private static bool IsBroken(string? image) => TaskBehaviour.Of(image) != TaskBehaviour.Good;
}
