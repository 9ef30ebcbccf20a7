namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Turns a point forecast of log demand into a distribution: learnt error scale times the rolling empirical
/// distribution of scaled errors. Watches its own coverage.
/// </summary>
internal sealed class ConformalModel
{
    private readonly ErrorScale scale;
    private readonly CalmnessScores scores;
    private readonly FeatureRing pastFeatures;
    private readonly ForecastScratch scratch;
    private readonly double[] pastCenters;
    private readonly double[] pastLogScales;
    private readonly double coverageGain;

    public ConformalModel(ForecastClock clock, int horizon, double halfLifeDays, ForecastScratch? scratch = null)
    {
        this.scratch = scratch ??= new ForecastScratch();
        scale = new ErrorScale(clock, horizon, halfLifeDays, scratch);
        scores = new CalmnessScores(clock.Day, halfLifeDays);
        pastFeatures = new FeatureRing(horizon + 1, ErrorScale.Count);
        pastCenters = new double[horizon + 1];
        pastLogScales = new double[horizon + 1];
        coverageGain = 1.0 / clock.Ticks(TimeSpan.FromHours(12));
    }

    /// <summary>The quantile whose coverage is watched.</summary>
    public const double WatchedQuantile = 0.95;

    /// <summary>Median of log demand.</summary>
    public double Center { get; private set; }

    public double LogScale { get; private set; } = Math.Log(0.05);

    /// <summary>0 calm, 1 usual, 2 wild.</summary>
    public int Calmness { get; private set; }

    /// <summary>Share of the last half day's outcomes at or below the watched quantile forecast for them.</summary>
    public double Coverage { get; private set; } = WatchedQuantile;

    /// <summary>The chance that the forecast for the outcome learnt last had given to so much, or more.</summary>
    public double OutcomeChance { get; private set; } = 1;

    /// <summary>Learns the outcome of the forecast made <paramref name="origin"/>.</summary>
    public void Learn(long origin, double outcome)
    {
        var slot = (int)(origin % pastCenters.Length);
        var error = outcome - pastCenters[slot];
        var score = error / Math.Exp(pastLogScales[slot]);
        OutcomeChance = scores.Tail(score, scores.ClassOf(pastLogScales[slot]));
        var covered = OutcomeChance >= 1 - WatchedQuantile;
        Coverage += coverageGain * ((covered ? 1 : 0) - Coverage);
        Span<double> example = stackalloc double[ErrorScale.Count];
        pastFeatures.Read(origin, example);
        scale.Learn(example, error, origin + pastCenters.Length - 1);
        scores.Add(score, pastLogScales[slot]);
    }

    /// <summary>Forecasts at tick <paramref name="tick"/> around <paramref name="center"/>.</summary>
    public void Forecast(
        long tick, LoadFeatures load, ReadOnlySpan<double> features, double center, double burstLogOdds)
    {
        var slot = (int)(tick % pastCenters.Length);
        Center = center;
        Span<double> example = stackalloc double[ErrorScale.Count];
        scale.Fill(load, features, center, tick + pastCenters.Length - 1, burstLogOdds, example);
        pastFeatures.Write(tick, example);
        LogScale = Math.Log(scale.Predict(example));
        scores.Watch(LogScale);
        Calmness = scores.ClassOf(LogScale);
        pastCenters[slot] = Center;
        pastLogScales[slot] = LogScale;
    }

    /// <summary>The chance that log demand passes <paramref name="logLoad"/>.</summary>
    public double Exceeds(double logLoad) =>
        scores.Tail(Calmness, scratch.Tail).Above((logLoad - Center) * Math.Exp(-LogScale));

    /// <summary>The log demand not passed with chance <paramref name="quantile"/>, by bisection.</summary>
    public double Quantile(double quantile)
    {
        var spread = Math.Exp(LogScale);
        double low = Center - 40 * spread, high = Center + 40 * spread;
        for (var i = 0; i < 40; i++)
        {
            var middle = (low + high) / 2;
            if (Exceeds(middle) > 1 - quantile)
                low = middle;
            else
                high = middle;
        }
        return high;
    }
}
