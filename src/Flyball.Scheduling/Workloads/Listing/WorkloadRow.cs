using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Workloads.Listing;

/// <summary>A workload in a list: what is wanted, what runs.</summary>
internal sealed record WorkloadRow
{
    public required string Name { get; init; }

    public required string Project { get; init; }

    public required string Service { get; init; }

    public required WorkloadKind Kind { get; init; }

    public bool Stopped { get; init; }

    /// <summary>The number in force: the scale's when there is one.</summary>
    public required int Replicas { get; init; }

    /// <summary>Allocations whose task runs, stopping ones left out.</summary>
    public required int Running { get; init; }

    public required int Healthy { get; init; }

    /// <summary>Allocations that were told to stop and have not ended yet.</summary>
    public required int Stopping { get; init; }

    /// <summary>The version that should run.</summary>
    public int? Version { get; init; }

    public RolloutState? Rollout { get; init; }

    public required int Restarts { get; init; }

    /// <summary>The image, or a process's command line.</summary>
    public required string Runs { get; init; }

    /// <summary>What is wrong or awaited; empty when nothing is.</summary>
    public required string Message { get; init; }

    public required long Revision { get; init; }

    /// <exception cref="InvalidOperationException">The workload was removed.</exception>
    public static WorkloadRow Of(WorkloadView view)
    {
        if (view.Spec is not { } spec) throw new InvalidOperationException("BUG: a removed workload is not listed.");
        AllocationView[] wanted = [.. view.Allocations.Where(allocation => allocation.IsWanted)];
        return new WorkloadRow
        {
            Name = view.Name,
            Project = spec.Value.Project,
            Service = spec.Value.Service,
            Kind = spec.Value.Kind,
            Stopped = spec.Value.Stopped,
            Replicas = spec.Value.Stopped ? 0 : view.Replicas,
            Running = wanted.Count(allocation => allocation.IsRunning),
            Healthy = wanted.Where(allocation => allocation.IsHealthy || allocation.IsDone)
                .DistinctBy(allocation => allocation.Allocation.Index).Count(),
            Stopping = view.Allocations.Count(allocation => !allocation.IsWanted && allocation.IsLive),
            Version = view.Rollout?.Value.TargetVersion,
            Rollout = IsUnseen(view, spec.Value) ? RolloutState.Progressing : view.Rollout?.Value.State,
            Restarts = wanted.Sum(allocation => (allocation.Status?.Restarts ?? 0) + allocation.Allocation.Attempt),
            Runs = RunsOf(view, spec.Value),
            Message = MessageOf(view, wanted),
            Revision = spec.Revision.Value,
        };
    }

    /// <summary>
    /// True between a change and the scheduler's next pass: the stored rollout still speaks of what was wanted before,
    /// and whoever waits for the new one must not take it for done.
    /// </summary>
    private static bool IsUnseen(WorkloadView view, Workload spec)
    {
        if (view.Rollout?.Value is not { } rollout) return false;
        int number = rollout.RejectedVersion ?? rollout.TargetVersion;
        VersionView? known = view.Versions.FirstOrDefault(version => version.Version.Number == number);
        return known?.Version.SpecHash != view.SpecHash || spec.RestartGeneration > rollout.RestartGeneration;
    }

    /// <summary>Of the version that should run: after a rollback that is not the spec's.</summary>
    private static string RunsOf(WorkloadView view, Workload spec)
    {
        int? target = view.Rollout?.Value.TargetVersion;
        TaskSpec task = !IsUnseen(view, spec)
            && view.Versions.FirstOrDefault(version => version.Version.Number == target) is { } running
                ? running.Version.Task
                : spec.Task;
        return task.Image ?? string.Join(' ', task.Command);
    }

    private static string MessageOf(WorkloadView view, AllocationView[] wanted)
    {
        if (view.Rollout is { Value.Waiting: { Length: > 0 } waiting }) return waiting;
        if (view.Rollout is { Value: { State: RolloutState.Paused or RolloutState.RollingBack } failed })
            return failed.Reason;
        AllocationView? worst = wanted.FirstOrDefault(allocation => !allocation.IsHealthy && !allocation.IsDone);
        return worst is null ? "" : $"{Pass.Short(worst.Id)} {FailureText.Of(worst.Status)}";
    }
}
