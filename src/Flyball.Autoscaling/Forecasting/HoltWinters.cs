namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Holt-Winters with an additive daily season and a damped trend, a step every 20 minutes: a baseline the better
/// models must beat, and a feature for them.
/// </summary>
internal sealed class HoltWinters
{
    private const double LevelGain = 0.1;
    private const double TrendGain = 0.01;
    private const double SeasonGain = 0.25;
    private const double Damping = 0.95;

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
        slotSum += value;
        if (double.IsNaN(level))
            level = value;
        if ((tick + 1) % slotTicks != 0)
            return;
        var mean = slotSum / slotTicks;
        slotSum = 0;
        ref var usual = ref season[Slot(tick)];
        var predicted = level + Damping * trend;
        var previous = level;
        level = predicted + LevelGain * (mean - usual - predicted);
        trend = Damping * trend + TrendGain * (level - previous - Damping * trend);
        usual += SeasonGain * (mean - level - usual);
    }

    /// <summary>The value so many ticks ahead.</summary>
    public double Forecast(int ticks) =>
        level + trend * Damping * (1 - Math.Pow(Damping, (double)ticks / slotTicks)) / (1 - Damping) + Season(ticks);

    /// <summary>The seasonal part so many ticks ahead.</summary>
    public double Season(int ticks) => season[Slot(tick + ticks)];

    private int Slot(long at) => (int)(at / slotTicks % season.Length);
}
