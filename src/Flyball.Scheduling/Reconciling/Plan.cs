namespace Flyball.Scheduling.Reconciling;

/// <summary>The outcome of a pass over some workloads, in their order.</summary>
internal sealed record Plan(IReadOnlyList<WorkloadPlan> Workloads)
{
    public bool IsEmpty => Workloads.All(plan => plan.IsEmpty);

    /// <summary>When the earliest workload wants another look; null when none does.</summary>
    public long? WakeAtUnixMs => Workloads.Min(plan => plan.WakeAtUnixMs);
}
