using Flyball.Contracts;

namespace Flyball.Scheduling.Reconciling;

/// <summary>
/// When an allocation that ended is replaced: later with each failure in a row, by the server's clock.
/// </summary>
internal static class Replacement
{
    /// <summary>Failures beyond which the delay no longer grows; keeps the shift below in range.</summary>
    private const int DoublingsMax = 20;

    /// <summary>
    /// True when the replacement is due. Otherwise it is planned: its time is written on the dead allocation, so that
    /// the next leader keeps it.
    /// </summary>
    public static bool IsDue(Pass pass, AllocationView dead)
    {
        if (dead.Allocation.RetryAtUnixMs is { } retryAt)
        {
            if (pass.Now >= retryAt) return true;
            pass.Plan.WakeAt(retryAt);
            return false;
        }

        TimeSpan delay = DelayAfter(pass.Policy, FailuresBefore(dead));
        long at = pass.After(delay);
        pass.RequireInputs();
        pass.Plan.Put(Kinds.Allocation, dead.Id, dead.Allocation with { RetryAtUnixMs = at }, dead.Resource.Revision);
        pass.Plan.WakeAt(at);
        pass.Decide(
            "restart", $"replace {Pass.Short(dead.Id)} in {Seconds(delay)} s", $"it {FailureText.Of(dead.Status)}",
            ("allocation", dead.Id), ("node", dead.Allocation.Node), ("attempt", Pass.Text(FailuresBefore(dead) + 1)));
        return false;
    }

    /// <summary>The attempt number of the allocation that takes a dead one's place.</summary>
    public static int AttemptAfter(AllocationView dead) => FailuresBefore(dead) + 1;

    public static TimeSpan DelayAfter(SchedulingPolicy policy, int failures)
    {
        double ms = policy.ReplacementDelay.TotalMilliseconds * (1L << Math.Min(failures, DoublingsMax));
        return TimeSpan.FromMilliseconds(Math.Min(ms, policy.ReplacementDelayMax.TotalMilliseconds));
    }

    /// <summary>
    /// A run that lasted forgets the failures before it. Both times are the node's, so their difference is sound.
    /// </summary>
    private static int FailuresBefore(AllocationView dead)
    {
        if (dead.Status is { StartedUnixMs: { } started } status && dead.Task is { } task
            && status.ObservedUnixMs - started >= (long)task.Restart.Window.TotalMilliseconds) return 0;
        return dead.Allocation.Attempt;
    }

    private static string Seconds(TimeSpan delay) =>
        delay.TotalSeconds.ToString("0.#", System.Globalization.CultureInfo.InvariantCulture);
}
