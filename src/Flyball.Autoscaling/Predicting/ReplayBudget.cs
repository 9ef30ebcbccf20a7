using Flyball.Autoscaling.Signals;

namespace Flyball.Autoscaling.Predicting;

/// <summary>
/// How much history may be read and learnt in one pass, over all workloads: after a start decisions go on while
/// forecasts warm up.
/// </summary>
/// <param name="interval">From one pass to the next.</param>
/// <param name="time">What the queries may take.</param>
internal sealed class ReplayBudget(TimeSpan interval, TimeAllowance time)
{
    // At some 12 µs a tick this is a twentieth of a core.
    private const int TicksPerSecond = 4_000;
    private const int QueriesMax = 60;

    private int ticks = (int)(interval.TotalSeconds * TicksPerSecond);
    private int queries = QueriesMax;

    public TimeAllowance Time => time;

    /// <summary>Takes a query for up to <paramref name="wanted"/> ticks; 0 when nothing is left.</summary>
    public int Take(int wanted)
    {
        if (queries <= 0 || ticks <= 0 || time.Left == TimeSpan.Zero)
            return 0;
        queries--;
        return Math.Min(wanted, ticks);
    }

    /// <summary>The metrics answer nobody: nobody asks again in this pass.</summary>
    public void Exhaust() => queries = 0;

    /// <summary>Counts ticks that were learnt from.</summary>
    public void Spend(int learnt) => ticks -= learnt;
}
