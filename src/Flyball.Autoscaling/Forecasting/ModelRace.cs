namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// The forecasting models side by side, and their ensemble: each is judged by its recent pinball loss at the median
/// and at its own 95 % quantile, and the ensemble is their mean weighted exponentially by it.
/// </summary>
internal sealed class ModelRace
{
    private const double UpperQuantile = 0.95;
    private const double Sharpness = 20;
    private const double LossStart = 0.1;

    private readonly int modelCount = Enum.GetValues<ForecastModel>().Length;
    private readonly double[] past;
    private readonly int slots;
    private readonly double[] losses;
    private readonly double[] sizes;
    private readonly double[] uppers;
    private readonly double[] weights;
    private readonly double gain;

    public ModelRace(ForecastClock clock, int horizon)
    {
        slots = horizon + 1;
        past = new double[slots * modelCount];
        losses = new double[modelCount];
        sizes = new double[modelCount];
        uppers = new double[modelCount];
        weights = new double[modelCount];
        Array.Fill(losses, LossStart);
        Array.Fill(sizes, LossStart);
        Array.Fill(weights, 1.0 / modelCount);
        gain = 1.0 / clock.Day;
    }

    /// <summary>Mean pinball loss of a model over about the last day, in logarithms of load.</summary>
    public double Loss(ForecastModel model) => losses[(int)model];

    /// <summary>Share of a model in the ensemble.</summary>
    public double Weight(ForecastModel model) => weights[(int)model];

    /// <summary>Learns how the forecasts made at <paramref name="origin"/> turned out.</summary>
    public void Learn(long origin, double outcome)
    {
        var centers = Forecasts(origin);
        for (var model = 0; model < modelCount; model++)
        {
            var error = outcome - centers[model];
            if (!double.IsFinite(error))
                continue;
            sizes[model] += gain * (Math.Abs(error) - sizes[model]);
            // Stochastic approximation of the model's own upper quantile, its steps in proportion to its errors.
            uppers[model] += 20 * gain * sizes[model] * (error > uppers[model] ? UpperQuantile : UpperQuantile - 1);
            var loss = Pinball(error, 0.5) + Pinball(error - uppers[model], UpperQuantile);
            losses[model] += gain * (loss - losses[model]);
        }
        var least = losses.Min();
        var total = 0.0;
        for (var model = 0; model < modelCount; model++)
            total += weights[model] = Math.Exp(-Sharpness * (losses[model] / least - 1));
        for (var model = 0; model < modelCount; model++)
            weights[model] /= total;
    }

    /// <summary>Where to put the forecasts made at <paramref name="tick"/>, by model; NaN where one has none.</summary>
    public Span<double> Forecasts(long tick) => past.AsSpan((int)(tick % slots) * modelCount, modelCount);

    /// <summary>The ensemble of the forecasts made at <paramref name="tick"/>.</summary>
    public double Ensemble(long tick)
    {
        double sum = 0, total = 0;
        var centers = Forecasts(tick);
        for (var model = 0; model < modelCount; model++)
            if (double.IsFinite(centers[model]))
            {
                sum += weights[model] * centers[model];
                total += weights[model];
            }
        return total > 0 ? sum / total : double.NaN;
    }

    private static double Pinball(double error, double quantile) =>
        error >= 0 ? quantile * error : (quantile - 1) * error;
}
