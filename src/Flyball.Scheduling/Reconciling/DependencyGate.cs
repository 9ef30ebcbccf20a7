using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// <c>depends_on</c>: holds back a workload of which nothing exists yet. As in Compose it gates the start only; a
/// dependency that fails later takes nobody down with it.
/// </summary>
internal static class DependencyGate
{
    /// <summary>What is awaited, or null when the workload may start.</summary>
    public static string? AwaitedBy(Pass pass)
    {
        foreach (Dependency dependency in pass.Spec.DependsOn)
        {
            WorkloadView? other = pass.Cluster.Sibling(pass.Spec, dependency.Service);
            if (other?.Spec is null)
            {
                if (dependency.Required) return $"waits for {dependency.Service}, which does not exist";
                continue;
            }

            if (IsMet(dependency.Condition, other) || IsAsleep(dependency.Condition, other)) continue;
            bool isHopeless = other.Spec.Value.Value.Stopped || other.Rollout is { Value.State: RolloutState.Paused };
            if (!dependency.Required && isHopeless) continue;
            return $"waits for {dependency.Service} {Words(dependency.Condition)}";
        }

        return null;
    }

    private static bool IsMet(DependencyCondition condition, WorkloadView other) => condition switch
    {
        DependencyCondition.Healthy => other.Allocations.Any(allocation => allocation.IsHealthy),
        DependencyCondition.CompletedSuccessfully => other.Allocations.Any(allocation =>
            allocation.Status is { Phase: AllocationPhase.Completed, ExitCode: 0 or null }
            && allocation.Allocation.Version == other.Rollout?.Value.TargetVersion),
        _ => other.Allocations.Any(allocation => allocation.IsRunning || allocation.Phase == AllocationPhase.Completed),
    };

    /// <summary>
    /// A service that its policy has taken to zero has been up, and comes back when it is asked for: whoever waited for
    /// it to be up would wait for ever.
    /// </summary>
    private static bool IsAsleep(DependencyCondition condition, WorkloadView other) =>
        condition != DependencyCondition.CompletedSuccessfully
        && other.Scale is { Value: { Replicas: 0, Source: Scale.ByAutoscaling } };

    private static string Words(DependencyCondition condition) => condition switch
    {
        DependencyCondition.Healthy => "to be healthy",
        DependencyCondition.CompletedSuccessfully => "to complete",
        _ => "to start",
    };
}
