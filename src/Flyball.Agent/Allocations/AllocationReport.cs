using Flyball.Contracts.Agent;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Allocations;

/// <summary>The status that the server sees, from the record.</summary>
internal static class AllocationReport
{
    public static AllocationStatus Of(AllocationRecord record, long nowUnixMs)
    {
        AllocationState s = record.State;
        return new AllocationStatus
        {
            Allocation = record.Allocation.Id,
            Workload = record.Allocation.Workload,
            Node = record.Allocation.Node,
            Phase = s.Phase,
            Health = s.Health,
            Ports = record.Ports,
            ExitCode = s.ExitCode,
            Restarts = s.Restarts,
            CrashLooping = s.FailuresInRow >= RestartPolicy.CrashLoopFailures,
            Handle = s.Handle?.Id ?? "",
            StartedUnixMs = s.StartedUnixMs,
            HealthySinceUnixMs = s.HealthySinceUnixMs,
            ObservedUnixMs = nowUnixMs,
            Message = s.Message,
        };
    }

    /// <summary>True when the two say the same; the time of observation is no news.</summary>
    public static bool Same(AllocationStatus? x, AllocationStatus? y)
    {
        if (x is null || y is null) return ReferenceEquals(x, y);
        return x with { ObservedUnixMs = 0, Ports = [] } == y with
            { ObservedUnixMs = 0, Ports = [] } && x.Ports.SequenceEqual(y.Ports);
    }
}
