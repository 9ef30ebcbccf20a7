namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Feeds the structural Kalman filter with five-minute means and refits its variances once a day on the last week.
/// </summary>
internal sealed class StructuralForecaster
{
    private static readonly TimeSpan BinLength = TimeSpan.FromMinutes(5);

    private readonly int binTicks;
    private readonly int dayBins;
    private readonly BinnedHistory history;
    private readonly Func<long, bool> isSpecial;
    private readonly StructuralKalmanFilter filter;
    private double sum;
    private int known;
    private int inBin;
    private long bins;

    /// <param name="clock">The ticks' clock.</param>
    /// <param name="specialDays">Days unlike their weekday.</param>
    /// <param name="history">Is shown each tick before this one.</param>
    public StructuralForecaster(ForecastClock clock, IReadOnlySet<DateOnly> specialDays, BinnedHistory history)
    {
        this.history = history;
        binTicks = clock.Ticks(BinLength);
        dayBins = Math.Max(2, clock.Day / binTicks);
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
        bins++;
        (sum, known, inBin) = (0, 0, 0);
        if (bins % dayBins == 0 && bins >= 2 * dayBins)
            Refit();
    }

    /// <summary>Mean and variance of the value so many ticks ahead.</summary>
    public (double Mean, double Variance) Forecast(int ticks) =>
        filter.Forecast((inBin + ticks) / (double)binTicks + 0.5);

    private void Refit()
    {
        var ordered = history.LastMeans(7 * dayBins);
        // Special days are told from absolute time; inside the fit the window starts at its own zero.
        var first = bins - ordered.Length;
        filter.Model = VarianceFit.Improve(filter.Model, ordered, dayBins, bin => isSpecial(bin + first));
    }
}
