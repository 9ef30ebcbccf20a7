namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Mean and maximum of past values in one-minute bins over a little more than a week: the memory behind seasonal
/// lags, 80 KiB a workload instead of one value a tick.
/// </summary>
internal sealed class BinnedHistory
{
    private readonly int binTicks;
    private readonly float[] means;
    private readonly float[] maxima;
    private long ticks;
    private double sum;
    private double highest = double.NegativeInfinity;

    public BinnedHistory(ForecastClock clock)
    {
        binTicks = clock.Ticks(TimeSpan.FromMinutes(1));
        var bins = clock.Week / binTicks + clock.Hour / binTicks + 2;
        means = new float[bins];
        maxima = new float[bins];
    }

    public int BinTicks => binTicks;

    public void Observe(double value)
    {
        sum += value;
        highest = Math.Max(highest, value);
        ticks++;
        if (ticks % binTicks != 0)
            return;
        var slot = (int)((ticks / binTicks - 1) % means.Length);
        means[slot] = (float)(sum / binTicks);
        maxima[slot] = (float)highest;
        sum = 0;
        highest = double.NegativeInfinity;
    }

    /// <summary>The mean of the bin that holds <paramref name="tick"/>; NaN when unknown.</summary>
    public double Mean(long tick) => Known(tick / binTicks) && tick >= 0
        ? means[(int)(tick / binTicks % means.Length)]
        : double.NaN;

    /// <summary>The maximum from one tick to another, both included; NaN when the first is not known.</summary>
    public double Maximum(long first, long last)
    {
        if (first < 0)
            return double.NaN;
        long from = first / binTicks, to = Math.Min(last / binTicks, ticks / binTicks - 1);
        if (!Known(from) || to < from)
            return double.NaN;
        // Long windows are sampled: at most 64 bins are read.
        var stride = Math.Max(1, (to - from) / 64);
        var result = double.NegativeInfinity;
        for (var bin = from; bin <= to; bin += stride)
            result = Math.Max(result, maxima[(int)(bin % maxima.Length)]);
        return result;
    }

    private bool Known(long bin)
    {
        var complete = ticks / binTicks;
        return bin < complete && bin >= complete - means.Length;
    }
}
