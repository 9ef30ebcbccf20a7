using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Rollouts;

/// <summary>
/// Whether slots have arrived where the rollout wants them, and when to look again at those that have not.
/// </summary>
internal static class Settling
{
    /// <summary>
    /// The slot's wanted allocation counts: healthy for as long as the policy watches it, run to its end, or failed
    /// within what the policy allows.
    /// </summary>
    public static bool IsSettled(Pass pass, Slot slot) =>
        slot.Current.Exists(allocation => allocation.IsSteady(pass.Now, Monitor(pass)))
        || IsDone(pass, slot)
        || (IsRolling(pass) && RolloutJudge.HasFailed(pass, slot));

    /// <summary>It ran to its end and shall not run again.</summary>
    public static bool IsDone(Pass pass, Slot slot) =>
        slot.Dead.Exists(allocation => allocation.IsDone && Slot.IsCurrent(allocation, pass.Rollout));

    public static void WakeFor(Pass pass, Slot slot)
    {
        foreach (AllocationView allocation in slot.Current)
        {
            if (allocation.IsHealthy)
            {
                long steadyAt = allocation.SteadyAtUnixMs(Monitor(pass));
                if (steadyAt > pass.Now) pass.Plan.WakeAt(steadyAt);
            }
            else if (IsRolling(pass) && RolloutJudge.DeadlineUnixMs(pass, allocation) > pass.Now)
            {
                pass.Plan.WakeAt(RolloutJudge.DeadlineUnixMs(pass, allocation));
            }
        }
    }

    /// <summary>A stable version has proven itself: what runs of it counts as soon as it is healthy.</summary>
    private static TimeSpan Monitor(Pass pass) =>
        pass.Rollout is { State: RolloutState.Progressing or RolloutState.Paused, RejectedVersion: null }
            ? pass.Update.Monitor
            : TimeSpan.Zero;

    /// <summary>The judge has let the failures pass that are there now.</summary>
    private static bool IsRolling(Pass pass) =>
        pass.Rollout.State is RolloutState.Progressing or RolloutState.RollingBack;
}
