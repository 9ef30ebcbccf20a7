namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Holt-Winters with an additive daily season in 20-minute slots and a damped trend: a baseline the better models must
/// beat, and a feature for them.
/// </summary>
internal sealed class HoltWinters
{
    private const double LevelGain = 0.05;
    private const double TrendGain = 0.002;
    private const double SeasonGain = 0.15;
    private const double Damping = 0.995;

    private readonly int slotTicks;
    private readonly double[] season;
    private double level = double.NaN;
    private double trend;
    private double slotSum;
    private long tick = -1;

    public HoltWinters(ForecastClock clock)
    {
        slotTicks = clock.Ticks(TimeSpan.FromMinutes(20));
        season = new double[Math.Max(1, clock.Day / slotTicks)];
    }

    public void Observe(double value)
    {
        tick++;
        var slot = Slot(tick);
        if (double.IsNaN(level))
            level = value;
        var previous = level;
        level += Damping * trend + LevelGain * (value - season[slot] - (level + Damping * trend));
        trend = Damping * trend + TrendGain * (level - previous - Damping * trend);
        slotSum += value - level;
        if ((tick + 1) % slotTicks != 0)
            return;
        season[slot] += SeasonGain * (slotSum / slotTicks - season[slot]);
        slotSum = 0;
    }

    public double Forecast(int ticks) =>
        level + trend * Damping * (1 - Math.Pow(Damping, ticks)) / (1 - Damping) + season[Slot(tick + ticks)];

    /// <summary>The seasonal part so many ticks ahead.</summary>
    public double Season(int ticks) => season[Slot(tick + ticks)];

    private int Slot(long at) => (int)(at / slotTicks % season.Length);
}
