using System.Globalization;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Journal;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Rollouts;

/// <summary>Decides whether a rollout has failed, and what follows from it.</summary>
internal static class RolloutJudge
{
    /// <summary>True when the rollout now wants another version, so that slots have to be sorted again.</summary>
    public static bool Run(Pass pass, SlotSet slots, int desired)
    {
        if (pass.Rollout.State is not (RolloutState.Progressing or RolloutState.RollingBack)) return false;
        Slot[] failed = [.. slots.All.Where(slot => HasFailed(pass, slot))];
        if (IsWithin(pass, failed.Length, desired)) return false;
        string reason = $"{Pass.Text(failed.Length)} of {Pass.Text(desired)} failed: {Describe(pass, failed[0])}";
        if (pass.Rollout.State == RolloutState.RollingBack) return Pause(pass, $"the rollback failed too: {reason}");
        return pass.Update.FailureAction switch
        {
            UpdateFailureAction.Continue => false,
            UpdateFailureAction.Pause => Pause(pass, reason),
            _ when pass.Rollout.StableVersion is not { } stable =>
                Pause(pass, $"{reason}; there is no earlier healthy version"),
            _ when pass.Rollout.StableVersion == pass.Rollout.TargetVersion =>
                Pause(pass, $"{reason}; it is the last healthy version"),
            _ => RollBack(pass, reason),
        };
    }

    /// <summary>
    /// An instance that this rollout started has failed: ended, crash-looping, failing its check, replaced and not
    /// healthy since, or not healthy by the deadline.
    /// </summary>
    public static bool HasFailed(Pass pass, Slot slot) =>
        slot.Current.Exists(allocation => HasFailed(pass, allocation))
        || (slot.Current.Count == 0 && slot.Dead.Exists(allocation =>
            Slot.IsCurrent(allocation, pass.Rollout) && !allocation.IsDone && IsOfThisRollout(pass, allocation)));

    /// <summary>The failures are as few as the policy allows.</summary>
    public static bool IsWithin(Pass pass, int failed, int desired) =>
        failed == 0 || failed <= pass.Update.MaxFailureRatio * desired;

    public static long DeadlineUnixMs(Pass pass, AllocationView allocation) =>
        allocation.Allocation.CreatedUnixMs + (long)pass.Update.HealthyDeadline.TotalMilliseconds;

    private static bool HasFailed(Pass pass, AllocationView allocation) =>
        IsOfThisRollout(pass, allocation) && !allocation.IsHealthy
        && (allocation.Status is { CrashLooping: true }
            || allocation.Status is { Phase: AllocationPhase.Running, Health: HealthState.Critical }
            || allocation.Allocation.Attempt > 0
            || pass.Now >= DeadlineUnixMs(pass, allocation));

    /// <summary>What ran before the rollout began says nothing about it.</summary>
    private static bool IsOfThisRollout(Pass pass, AllocationView allocation) =>
        allocation.Allocation.CreatedUnixMs >= pass.Rollout.StartedUnixMs;

    private static string Describe(Pass pass, Slot slot)
    {
        AllocationView allocation = slot.Current.Count > 0 ? slot.Current[0] : slot.Dead[^1];
        string text = FailureText.Of(allocation.Status);
        bool late = allocation.IsLive && pass.Now >= DeadlineUnixMs(pass, allocation);
        string after = pass.Update.HealthyDeadline.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        return late ? $"{text}, not healthy after {after} s" : text;
    }

    private static bool Pause(Pass pass, string reason)
    {
        pass.RequireInputs();
        pass.Rollout = pass.Rollout with { State = RolloutState.Paused, Reason = reason };
        string version = Pass.Text(pass.Rollout.TargetVersion);
        pass.Decide("rollout", $"pause version {version}", reason, [("version", version)]);
        pass.Report("rollout.paused", EventSeverity.Warning, $"The rollout of version {version} is paused: {reason}.");
        return false;
    }

    private static bool RollBack(Pass pass, string reason)
    {
        pass.RequireInputs();
        Rollout failed = pass.Rollout;
        int stable = failed.StableVersion!.Value;
        pass.Rollout = failed with
        {
            State = RolloutState.RollingBack,
            TargetVersion = stable,
            RejectedVersion = failed.TargetVersion,
            StartedUnixMs = pass.Now,
            LastBatchUnixMs = null,
            Reason = reason,
        };
        string rejected = Pass.Text(failed.TargetVersion);
        pass.Decide("rollback", $"return to version {Pass.Text(stable)}", $"version {rejected}: {reason}",
            [("rejected", rejected), ("stable", Pass.Text(stable))]);
        pass.Report("rollout.failed", EventSeverity.Error,
            $"Version {rejected} failed and is rolled back to version {Pass.Text(stable)}: {reason}.");
        return true;
    }
}
