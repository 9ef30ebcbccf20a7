namespace Flyball.Contracts.Scheduling;

/// <summary>How a workload's allocations are meant to live.</summary>
public enum WorkloadKind
{
    /// <summary>N replicas that run until told otherwise.</summary>
    Service,
}
