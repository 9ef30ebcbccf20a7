using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Policies;

/// <summary>
/// Kubernetes' HPA v2 on CPU as the backtest protocol fixes it: a 60 s window seen 15 s late, tolerance 10 %, doubling
/// or four replicas at most a step up, a 300 s stabilisation window down.
/// </summary>
internal sealed class HorizontalPodPolicy(double target, int stabilisationTicks = 20) : IScalingPolicy
{
    private const double Tolerance = 0.1;
    private const int MetricWindow = 5;

    private readonly double[] recent = new double[MetricWindow];
    private readonly SlidingMaximum stabilised = new(stabilisationTicks);
    private int seen;

    public int Want(in ClusterTick tick)
    {
        Shift(Math.Min(tick.Served, tick.Ready));
        var average = LaggedAverage();
        var ratio = average / (tick.Total * target);
        var desired = Math.Abs(ratio - 1) <= Tolerance
            ? tick.Total
            : (int)Math.Ceiling(average / target - 1e-9);
        if (desired > tick.Total)
            desired = Math.Min(desired, Math.Max(2 * tick.Total, tick.Total + 4));
        var highest = (int)stabilised.Push(desired);
        if (desired < tick.Total)
            desired = Math.Min(tick.Total, highest);
        return Math.Max(1, desired);
    }

    private void Shift(double value)
    {
        if (seen < MetricWindow)
        {
            recent[seen++] = value;
            return;
        }
        Array.Copy(recent, 1, recent, 0, MetricWindow - 1);
        recent[MetricWindow - 1] = value;
    }

    // All but the newest sample: the metrics server is one tick behind.
    private double LaggedAverage()
    {
        if (seen == 1)
            return recent[0];
        var sum = 0.0;
        for (var i = 0; i < seen - 1; i++)
            sum += recent[i];
        return sum / (seen - 1);
    }
}
