namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Feeds the structural Kalman filter with five-minute means and refits its variances once a day on the last week.
/// </summary>
internal sealed class StructuralForecaster
{
    private static readonly TimeSpan BinLength = TimeSpan.FromMinutes(5);

    private readonly int binTicks;
    private readonly int dayBins;
    private readonly double[] recent;
    private readonly Func<long, bool> isSpecial;
    private readonly StructuralKalmanFilter filter;
    private double sum;
    private int known;
    private int inBin;
    private long bins;

    public StructuralForecaster(ForecastClock clock, IReadOnlySet<DateOnly> specialDays)
    {
        binTicks = clock.Ticks(BinLength);
        dayBins = Math.Max(2, clock.Day / binTicks);
        recent = new double[7 * dayBins];
        isSpecial = bin => specialDays.Count > 0
            && specialDays.Contains(DateOnly.FromDateTime(clock.TimeOf(bin * binTicks).UtcDateTime));
        filter = new StructuralKalmanFilter(dayBins, isSpecial, StructuralModel.Default);
    }

    public bool Ready => filter.Ready && bins > dayBins;

    /// <summary>Takes in the next tick's value; NaN when it is missing.</summary>
    public void Observe(double value)
    {
        if (!double.IsNaN(value))
        {
            sum += value;
            known++;
        }
        if (++inBin < binTicks)
            return;
        var mean = known > 0 ? sum / known : double.NaN;
        filter.Observe(mean);
        recent[bins++ % recent.Length] = mean;
        (sum, known, inBin) = (0, 0, 0);
        if (bins % dayBins == 0 && bins >= 2 * dayBins)
            Refit();
    }

    /// <summary>Mean and variance of the value so many ticks ahead.</summary>
    public (double Mean, double Variance) Forecast(int ticks) =>
        filter.Forecast((inBin + ticks) / (double)binTicks + 0.5);

    private void Refit()
    {
        var count = (int)Math.Min(bins, recent.Length);
        var ordered = new double[count];
        for (var i = 0; i < count; i++)
            ordered[i] = recent[(bins - count + i) % recent.Length];
        // Special days are told from absolute time; inside the fit the window starts at its own zero.
        var first = bins - count;
        filter.Model = VarianceFit.Improve(filter.Model, ordered, dayBins, bin => isSpecial(bin + first));
    }
}
