using Flyball.Contracts.Scheduling;

namespace Flyball.Scheduling.Placement;

/// <summary>
/// What one allocation holds of its node until nothing of it runs any more. <see cref="Stopping"/> ones still hold it:
/// a port is free only when its owner is gone.
/// </summary>
internal sealed record Claim(
    string Allocation,
    string Workload,
    long CpuMillis,
    long MemoryBytes,
    IReadOnlyList<HostPort> Ports,
    bool Stopping)
{
    public static Claim Of(Allocation allocation, TaskSpec? task) => new(
        allocation.Id,
        allocation.Workload,
        task is null ? 0 : Millis(task.Resources),
        task?.Resources.MemoryReservationBytes ?? 0,
        task is null ? [] : HostPort.Of(task),
        allocation.Desired == DesiredState.Stop);

    /// <summary>Cores are summed as integers, so that ten tenths are one.</summary>
    public static long Millis(ResourceLimits resources) => (long)Math.Round((resources.CpuReservation ?? 0) * 1000);
}
