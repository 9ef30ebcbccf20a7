using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Policies;

/// <summary>
/// The optimum for one who knows the future: at each tick as many replicas as any tick within the start-up delay will
/// need. A yardstick for backtests only.
/// </summary>
internal sealed class ClairvoyantPolicy : IScalingPolicy
{
    private readonly int[] wanted;

    /// <param name="load">The whole series, in replicas of work.</param>
    /// <param name="staffing">Replicas needed for a load.</param>
    /// <param name="startupTicks">Ticks from asking for a replica to its being ready.</param>
    /// <param name="holdTicks">Ticks that a replica is kept longer than needed.</param>
    public ClairvoyantPolicy(ReadOnlySpan<double> load, StaffingTable staffing, int startupTicks, int holdTicks = 0)
    {
        var window = startupTicks + holdTicks + 2;
        var maximum = new SlidingMaximum(window);
        wanted = new int[load.Length];
        // The window of tick i ends at i + window - 1; past the end of the series nothing is needed.
        for (var end = 0; end < load.Length + window - 1; end++)
        {
            var highest = maximum.Push(end < load.Length ? staffing.Need(load[end]) : 0);
            if (end >= window - 1)
                wanted[end - window + 1] = (int)highest;
        }
    }

    public int Want(in ClusterTick tick) => wanted[Math.Min(tick.Index + 1, wanted.Length - 1)];
}
