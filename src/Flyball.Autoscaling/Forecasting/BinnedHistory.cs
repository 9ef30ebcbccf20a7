namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Mean and maximum of past values: the memory behind seasonal lags. Minutes for a little more than a day, five minutes
/// for a little more than a week, 14 KiB a workload.
/// </summary>
internal sealed class BinnedHistory
{
    private readonly BinRing minutes;
    private readonly BinRing week;

    public BinnedHistory(ForecastClock clock)
    {
        minutes = Ring(clock.Day, clock.Ticks(TimeSpan.FromMinutes(1)));
        week = Ring(clock.Week, clock.Ticks(TimeSpan.FromMinutes(5)));

        BinRing Ring(int length, int binTicks) => new(binTicks, length / binTicks + clock.Hour / binTicks + 2);
    }

    public void Observe(double value, bool missing)
    {
        minutes.Observe(value, missing);
        week.Observe(value, missing);
    }

    /// <summary>The mean around <paramref name="tick"/>; NaN when unknown.</summary>
    public double Mean(long tick)
    {
        if (tick < 0)
            return double.NaN;
        if (minutes.Has(tick / minutes.BinTicks))
            return minutes.Mean(tick / minutes.BinTicks);
        // Between the centres of two bins, so that slopes inside of a bin are not lost.
        var place = (tick + 0.5) / week.BinTicks - 0.5;
        var bin = (long)Math.Floor(place);
        double before = week.Mean(bin), after = week.Mean(bin + 1);
        return double.IsNaN(before) || double.IsNaN(after)
            ? week.Mean(tick / week.BinTicks)
            : before + (after - before) * (place - bin);
    }

    /// <summary>The maximum from one tick to another, both included; NaN when the first is not known.</summary>
    public double Maximum(long first, long last)
    {
        if (first < 0)
            return double.NaN;
        var ring = minutes.Has(first / minutes.BinTicks) ? minutes : week;
        long from = first / ring.BinTicks, to = Math.Min(last / ring.BinTicks, ring.Complete - 1);
        return ring.Has(from) && to >= from ? ring.Maximum(from, to) : double.NaN;
    }

    /// <summary>
    /// The last means of five minutes, at most <paramref name="most"/>, the oldest first; NaN for unknown.
    /// </summary>
    public double[] LastMeans(int most)
    {
        var count = (int)Math.Min(week.Complete, most);
        var means = new double[count];
        for (var i = 0; i < count; i++)
            means[i] = week.Mean(week.Complete - count + i);
        return means;
    }
}
