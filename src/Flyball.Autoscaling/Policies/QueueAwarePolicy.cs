using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Policies;

/// <summary>
/// Staffing by M/M/c on the maximum of the last three ticks with a margin, held for 300 s: the best that reacts
/// without looking ahead, and what every other policy falls back to.
/// </summary>
internal sealed class QueueAwarePolicy(StaffingTable staffing, double margin, int holdTicks = 20) : IScalingPolicy
{
    private const int MaximumWindow = 3;

    private readonly SlidingMaximum latest = new(MaximumWindow);
    private readonly HeldMaximum held = new(holdTicks);

    public int Want(in ClusterTick tick) =>
        held.Push(staffing.Need(latest.Push(tick.Load) * (1 + margin)));
}
