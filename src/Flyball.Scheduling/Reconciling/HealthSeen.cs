using Flyball.Contracts.Agent;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// Since when, by the server's clock, an allocation has been healthy. A report that tells of the same healthy run
/// keeps the time; any other begins anew.
/// </summary>
internal static class HealthSeen
{
    /// <param name="now">A report that has just come.</param>
    /// <param name="before">The report before it.</param>
    /// <param name="beforeSeenUnixMs">What this function answered for it.</param>
    /// <param name="nowUnixMs">The server's time.</param>
    public static long? Next(AllocationStatus now, AllocationStatus? before, long? beforeSeenUnixMs, long nowUnixMs)
    {
        if (!IsServing(now)) return null;
        bool sameRun = before is not null && IsServing(before)
            && before.StartedUnixMs == now.StartedUnixMs
            && before.HealthySinceUnixMs == now.HealthySinceUnixMs
            && before.Restarts == now.Restarts;
        return sameRun ? beforeSeenUnixMs ?? nowUnixMs : nowUnixMs;
    }

    /// <summary>
    /// For a report that was there before this server looked: the node's clock, never later than ours.
    /// </summary>
    public static long? First(AllocationStatus status, long nowUnixMs) =>
        IsServing(status)
            ? Math.Min(nowUnixMs, status.HealthySinceUnixMs ?? status.StartedUnixMs ?? status.ObservedUnixMs)
            : null;

    private static bool IsServing(AllocationStatus status) =>
        status is { Phase: AllocationPhase.Running, Health: not HealthState.Critical };
}
