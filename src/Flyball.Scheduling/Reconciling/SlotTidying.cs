using Flyball.Scheduling.Rollouts;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// Leaves a slot what it needs: one wanted allocation and, until that one has settled, one of an older version. Surplus
/// comes from nodes that return with what was replaced meanwhile and from specs that change in mid-rollout.
/// </summary>
internal static class SlotTidying
{
    public static void Run(Pass pass, Slot slot)
    {
        KeepBest(pass, slot.Current);
        KeepBest(pass, slot.Old);
        if (Settling.IsSettled(pass, slot))
            StopAll(pass, slot.Old, $"replaced by version {Pass.Text(pass.Rollout.TargetVersion)}");
        DropDead(pass, slot);
        if (slot.Current.Exists(allocation => allocation.IsHealthy) || Settling.IsDone(pass, slot))
            ForgetAll(pass, slot.Ghosts);
    }

    private static void KeepBest(Pass pass, List<AllocationView> allocations)
    {
        if (allocations.Count < 2) return;
        AllocationView best = allocations
            .OrderByDescending(allocation => allocation.IsHealthy)
            .ThenByDescending(allocation => allocation.IsRunning)
            .ThenByDescending(allocation => allocation.Allocation.Version == pass.Rollout.StableVersion)
            .ThenBy(allocation => allocation.Id, StringComparer.Ordinal)
            .First();
        foreach (AllocationView allocation in allocations)
            if (allocation != best) pass.Stop(allocation, $"{Pass.Short(best.Id)} serves in its place");
        allocations.Clear();
        allocations.Add(best);
    }

    /// <summary>
    /// Of the dead, the newest tells why the slot is empty; none is needed beside a live one of the same version.
    /// </summary>
    private static void DropDead(Pass pass, Slot slot)
    {
        int keep = slot.Current.Count > 0 ? 0 : 1;
        while (slot.Dead.Count > keep)
        {
            // A finished run is the slot's result: it stays longest.
            int index = slot.Dead.FindIndex(allocation => !allocation.IsDone);
            if (index < 0) index = 0;
            pass.Forget(slot.Dead[index]);
            slot.Dead.RemoveAt(index);
        }
    }

    private static void StopAll(Pass pass, List<AllocationView> allocations, string reason)
    {
        foreach (AllocationView allocation in allocations) pass.Stop(allocation, reason);
        allocations.Clear();
    }

    private static void ForgetAll(Pass pass, List<AllocationView> allocations)
    {
        foreach (AllocationView allocation in allocations) pass.Forget(allocation);
        allocations.Clear();
    }
}
