using Flyball.Scheduling.Reconciling;

namespace Flyball.Scheduling.Rollouts;

/// <summary>
/// How many more slots may be replaced now: <c>parallelism</c> less those under way, and <c>delay</c> between.
/// </summary>
internal static class UpdateBudget
{
    public static int Of(Pass pass, SlotSet slots, int unfilled)
    {
        int parallelism = pass.Update.Parallelism <= 0 ? int.MaxValue : pass.Update.Parallelism;
        int underWay = unfilled + slots.All.Count(slot => IsUnderWay(pass, slot));
        if (pass.Update.Delay <= TimeSpan.Zero) return Math.Max(0, parallelism - underWay);
        if (underWay > 0) return 0;
        long? healthyAt = slots.All.SelectMany(slot => slot.Current)
            .Where(allocation =>
                allocation.Allocation.CreatedUnixMs >= pass.Rollout.StartedUnixMs && allocation.IsHealthy)
            .Max(allocation => (long?)allocation.SteadyAtUnixMs(pass.Update.Monitor));
        if (healthyAt is not { } since) return parallelism;
        long next = since + (long)pass.Update.Delay.TotalMilliseconds;
        if (pass.Now >= next) return parallelism;
        pass.Plan.WakeAt(next);
        return 0;
    }

    private static bool IsUnderWay(Pass pass, Slot slot) =>
        !Settling.IsSettled(pass, slot)
        && (slot.Current.Count > 0 || slot.Dead.Exists(allocation => Slot.IsCurrent(allocation, pass.Rollout)));
}
