using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>Runs policies over one load and scores them.</summary>
internal sealed class Simulation(BacktestLoad load, StaffingTable staffing, TimeSpan startup)
{
    public BacktestLoad Load => load;

    public StaffingTable Staffing => staffing;

    /// <summary>Ticks from asking for a replica to its being ready, at least one.</summary>
    public int StartupTicks { get; } =
        Math.Max(1, (int)Math.Round(startup.TotalSeconds / load.Tick.TotalSeconds, MidpointRounding.ToEven));

    /// <summary>The hours that a scaler with no start-up delay and no future would need at the least.</summary>
    public double BoundHours()
    {
        long replicas = 0;
        foreach (var x in load.Load.AsSpan(load.WarmupTicks))
            replicas += staffing.Need(x);
        return replicas * load.Tick.TotalSeconds / 3600;
    }

    /// <summary>Scores <paramref name="policy"/>; <paramref name="seen"/> is told each tick and what was wanted.</summary>
    public PlantResult Run(IScalingPolicy policy, Action<ClusterTick, int>? seen = null)
    {
        double tickSeconds = load.Tick.TotalSeconds, late = 0, arrived = 0, over = 0;
        long paid = 0, lateTicks = 0;
        int ups = 0, downs = 0;
        var plant = new Plant(staffing, tickSeconds, StartupTicks);
        plant.Begin(load.Load[0]);
        for (var i = 0; i < load.Load.Length; i++)
        {
            var x = load.Load[i];
            var tick = plant.Arrive(i, x);
            var scored = i >= load.WarmupTicks;
            if (scored)
            {
                arrived += x;
                paid += tick.Total;
                over += Math.Max(0, x - tick.Ready);
                if (plant.Violates)
                {
                    late += x;
                    lateTicks++;
                }
            }
            var wanted = policy.Want(tick);
            var change = plant.Scale(i, wanted);
            if (scored && change > 0)
                ups++;
            else if (scored && change < 0)
                downs++;
            seen?.Invoke(tick, plant.Total);
        }
        var days = (load.Load.Length - load.WarmupTicks) * tickSeconds / 86400;
        return new PlantResult(
            100 * late / arrived, 100 * over / arrived, paid * tickSeconds / 3600, ups, downs,
            lateTicks * tickSeconds / 60 / days);
    }
}
