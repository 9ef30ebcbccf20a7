namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// How large the forecast's error is likely to be right now: a regression of the logarithm of past absolute errors on
/// their recent averages, the time of day, and signs of unrest in the load.
/// </summary>
internal sealed class ErrorScale
{
    /// <summary>Number of features.</summary>
    public const int Count = 15;

    private const double ScaleMin = 1e-3;
    private const double ScaleMax = 1.5;
    private const double ErrorFloor = 2e-3;
    private const double SlotMemoryDays = 4;

    private readonly RidgeRegression regression;
    private readonly float[] slots;
    private readonly int slotTicks;
    private readonly double quickGain;
    private readonly double mediumGain;
    private readonly double slowGain;
    private double quick = 0.05;
    private double medium = 0.05;
    private double slow = 0.05;

    public ErrorScale(ForecastClock clock, int horizon, double halfLifeDays, ForecastScratch scratch)
    {
        regression = new RidgeRegression(Count, 1, clock.Hour, 24 * halfLifeDays, 1e-4, scratch);
        slotTicks = clock.Ticks(TimeSpan.FromMinutes(5));
        slots = new float[Math.Max(1, clock.Day / slotTicks)];
        Array.Fill(slots, 0.05f);
        quickGain = 1.0 / (2 * horizon + clock.Ticks(TimeSpan.FromSeconds(150)));
        mediumGain = 1.0 / clock.Ticks(TimeSpan.FromHours(2));
        slowGain = 1.0 / clock.Day;
    }

    /// <summary>Learns the error that a forecast made with <paramref name="example"/> turned out to have.</summary>
    public void Learn(ReadOnlySpan<double> example, double error, long tick)
    {
        var size = Math.Abs(error);
        quick += (size - quick) * quickGain;
        medium += (size - medium) * mediumGain;
        slow += (size - slow) * slowGain;
        ref var slot = ref slots[tick / slotTicks % slots.Length];
        slot += (float)((size - slot) / (slotTicks * SlotMemoryDays));
        regression.Add(example, [Math.Log(size + ErrorFloor)]);
    }

    /// <summary>Writes the features for a forecast of <paramref name="center"/>.</summary>
    /// <param name="load">The present load's features.</param>
    /// <param name="features">Their values.</param>
    /// <param name="center">The forecast, a logarithm.</param>
    /// <param name="targetTick">The tick forecast.</param>
    /// <param name="burstLogOdds">The classifier's log-odds of passing the present capacity.</param>
    /// <param name="into">Receives <see cref="Count"/> values.</param>
    public void Fill(
        LoadFeatures load, ReadOnlySpan<double> features, double center, long targetTick, double burstLogOdds,
        Span<double> into)
    {
        const double unrest = 1e-2;
        into[0] = 1;
        into[1] = Math.Log(quick + ScaleMin);
        into[2] = Math.Log(medium + ScaleMin);
        into[3] = Math.Log(slow + ScaleMin);
        into[4] = load.Now;
        into[5] = Math.Log(unrest + Math.Abs(center - load.Now));
        into[6] = Math.Log(unrest + Math.Abs(load.Now - load.MediumLevel));
        into[7] = Math.Log(unrest + Math.Abs(features[LoadFeatures.Step]));
        into[8] = features[LoadFeatures.FirstMaximum + 3];
        into[9] = Math.Log(unrest + Math.Abs(load.QuickTrend));
        into[10] = Math.Log(unrest + features[LoadFeatures.FirstMaximum] + features[LoadFeatures.FirstMaximum + 1]);
        into[11] = Math.Log(ScaleMin + slots[targetTick / slotTicks % slots.Length]);
        into[12] = features[LoadFeatures.FirstMaximum + 2];
        into[13] = Math.Log(unrest + Math.Max(0, center - load.Now));
        into[14] = burstLogOdds;
    }

    public double Predict(ReadOnlySpan<double> example) => Math.Clamp(
        regression.Ready ? Math.Exp(regression.Predict(example, 0)) : quick + 0.5 * medium, ScaleMin, ScaleMax);
}
