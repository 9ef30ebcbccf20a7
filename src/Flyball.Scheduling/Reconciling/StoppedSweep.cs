namespace Flyball.Scheduling.Reconciling;

/// <summary>Deletes allocations that were stopped and have ended.</summary>
internal static class StoppedSweep
{
    public static void Run(Pass pass)
    {
        foreach (AllocationView allocation in pass.View.Allocations)
        {
            if (allocation.IsWanted) continue;
            if (!allocation.IsLive)
            {
                pass.Forget(allocation);
                continue;
            }

            // A node that never took the allocation up has nothing to report of its end.
            if (allocation.Status is not null) continue;
            long grace = (long)(allocation.Task?.StopGracePeriod ?? TimeSpan.Zero).TotalMilliseconds;
            long deadline = allocation.Allocation.StopDeadlineUnixMs ?? allocation.Allocation.CreatedUnixMs;
            long givenUp = deadline + grace + (long)pass.Policy.UnansweredStop.TotalMilliseconds;
            if (pass.Now >= givenUp) pass.Forget(allocation);
            else pass.Plan.WakeAt(givenUp);
        }
    }
}
