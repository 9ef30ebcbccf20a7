using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>One policy on its own simulated cluster, and the sums that score it.</summary>
internal sealed class ScoredRun
{
    private readonly BacktestLoad load;
    private readonly IScalingPolicy policy;
    private readonly Plant plant;
    private double late;
    private double arrived;
    private double over;
    private long paidTicks;
    private long lateTicks;
    private int ups;
    private int downs;

    public ScoredRun(Simulation simulation, IScalingPolicy policy)
    {
        load = simulation.Load;
        this.policy = policy;
        plant = new Plant(simulation.Staffing, load.Tick.TotalSeconds, simulation.StartupTicks);
        plant.Begin(load.Load[0]);
    }

    public void Step(int index, Action<ClusterTick, int>? seen)
    {
        var x = load.Load[index];
        var tick = plant.Arrive(index, x);
        var scored = index >= load.WarmupTicks;
        if (scored)
            Score(tick);
        var change = plant.Scale(index, policy.Want(tick));
        if (scored && change > 0)
            ups++;
        else if (scored && change < 0)
            downs++;
        seen?.Invoke(tick, plant.Total);
    }

    public PlantResult Result()
    {
        var seconds = load.Tick.TotalSeconds;
        var days = (load.Load.Length - load.WarmupTicks) * seconds / 86400;
        return new PlantResult(
            100 * late / arrived, 100 * over / arrived, paidTicks * seconds / 3600, ups, downs,
            lateTicks * seconds / 60 / days);
    }

    private void Score(in ClusterTick tick)
    {
        arrived += tick.Load;
        paidTicks += tick.Total;
        over += Math.Max(0, tick.Load - tick.Ready);
        if (!plant.Violates)
            return;
        late += tick.Load;
        lateTicks++;
    }
}
