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

    /// <summary>Scores a policy; <paramref name="seen"/> is told each tick and what was wanted.</summary>
    public PlantResult Run(
        IScalingPolicy policy, Action<ClusterTick, int>? seen = null, CancellationToken cancellation = default)
    {
        var run = new ScoredRun(this, policy);
        for (var i = 0; i < load.Load.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            run.Step(i, seen);
        }
        return run.Result();
    }

    /// <summary>Scores policies in step, so that those that share a forecaster pay for it once.</summary>
    public PlantResult[] RunTogether(
        IReadOnlyList<IScalingPolicy> policies, CancellationToken cancellation = default)
    {
        ScoredRun[] runs = [.. policies.Select(p => new ScoredRun(this, p))];
        for (var i = 0; i < load.Load.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var run in runs)
                run.Step(i, null);
        }
        return [.. runs.Select(r => r.Result())];
    }
}
