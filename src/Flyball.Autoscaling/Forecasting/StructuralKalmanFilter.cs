namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Harvey's structural model as a Kalman filter: level, damped slope, daily and weekly seasonality as trigonometric
/// regressors with drifting coefficients, and a coefficient for special days. O(1) a step. Observations that are NaN
/// are skipped; outlying ones are weighted down (Huber), until so many follow each other that the level has moved.
/// </summary>
internal sealed class StructuralKalmanFilter
{
    public const int DailyHarmonics = 4;
    public const int WeeklyHarmonics = 3;
    private const int Level = 0;
    private const int Slope = 1;
    private const int Special = 2;
    private const int FirstSeason = 3;
    private const int States = FirstSeason + 2 * (DailyHarmonics + WeeklyHarmonics);
    private const double Damping = 0.98;
    private const double HuberDeviations = 3;
    private const int OutliersInARowMax = 3;
    private const double NoiseMemory = 0.005;

    private readonly int dayBins;
    private readonly Func<long, bool> isSpecial;
    private readonly double[] state = new double[States];
    private readonly double[] covariance = new double[States * States];
    private StructuralModel model;
    private double noise = 0.01;
    private int outliersInARow;
    private long bin = -1;

    /// <param name="dayBins">Steps a day.</param>
    /// <param name="isSpecial">Whether a step lies in a holiday or another day unlike its weekday.</param>
    /// <param name="model">Variances to begin with.</param>
    public StructuralKalmanFilter(int dayBins, Func<long, bool> isSpecial, StructuralModel model)
    {
        this.dayBins = dayBins;
        this.isSpecial = isSpecial;
        this.model = model;
        for (var i = 0; i < States; i++)
            covariance[i * States + i] = i switch { Level => 1e4, Slope => 0.01, Special => 1, _ => 10 };
    }

    /// <summary>What the likelihood needs so far: the sums of v²/F and of log F over the innovations v.</summary>
    public (double Squares, double Logs, int Count) Likelihood { get; private set; }

    public StructuralModel Model
    {
        get => model;
        set => model = value;
    }

    public bool Ready => bin >= 0;

    /// <summary>The covariance of the state, row by row, relative to the observation noise.</summary>
    public ReadOnlySpan<double> Covariance => covariance;

    /// <summary>Moves one step on and takes in <paramref name="value"/>; NaN moves on only.</summary>
    public void Observe(double value)
    {
        bin++;
        Predict();
        if (double.IsNaN(value))
            return;
        Span<double> regressors = stackalloc double[States];
        Regress(bin, regressors);
        if (Likelihood.Count == 0 && state[Level] == 0)
            state[Level] = value;
        Update(value, regressors);
    }

    /// <summary>Mean and variance of the value <paramref name="steps"/> ahead (a fraction is allowed).</summary>
    public (double Mean, double Variance) Forecast(double steps)
    {
        Span<double> ahead = stackalloc double[States];
        Regress(bin + steps, ahead);
        ahead[Slope] = Damping * (1 - Math.Pow(Damping, steps)) / (1 - Damping);
        double mean = 0, variance = 0;
        for (var i = 0; i < States; i++)
        {
            mean += ahead[i] * state[i];
            var row = 0.0;
            for (var j = 0; j < States; j++)
                row += covariance[i * States + j] * ahead[j];
            variance += ahead[i] * row;
        }
        var drift = steps * model.Level + steps * steps * steps / 3 * model.Slope;
        return (mean, noise * (1 + Math.Max(0, variance) + drift));
    }

    // x = F x with F = identity but level += slope, slope *= damping; P = F P F' + Q.
    private void Predict()
    {
        state[Level] += Damping * state[Slope];
        state[Slope] *= Damping;
        for (var j = 0; j < States; j++)
        {
            covariance[Level * States + j] += Damping * covariance[Slope * States + j];
            covariance[Slope * States + j] *= Damping;
        }
        for (var i = 0; i < States; i++)
        {
            covariance[i * States + Level] += Damping * covariance[i * States + Slope];
            covariance[i * States + Slope] *= Damping;
        }
        covariance[Level * States + Level] += model.Level;
        covariance[Slope * States + Slope] += model.Slope;
        for (var i = FirstSeason; i < States; i++)
            covariance[i * States + i] += model.Season;
    }

    private void Update(double value, ReadOnlySpan<double> regressors)
    {
        Span<double> gain = stackalloc double[States];
        double predicted = 0, spread = 0;
        for (var i = 0; i < States; i++)
        {
            predicted += regressors[i] * state[i];
            var sum = 0.0;
            for (var j = 0; j < States; j++)
                sum += covariance[i * States + j] * regressors[j];
            gain[i] = sum;
            spread += regressors[i] * sum;
        }
        spread = Math.Max(0, spread);
        var surprise = value - predicted;
        var total = spread + ObservationWeight(surprise, spread);
        Count(surprise, spread + 1);
        for (var i = 0; i < States; i++)
        {
            state[i] += gain[i] / total * surprise;
            for (var j = 0; j <= i; j++)
            {
                var reduced = covariance[i * States + j] - gain[i] * gain[j] / total;
                covariance[i * States + j] = covariance[j * States + i] = reduced;
            }
            covariance[i * States + i] = Math.Max(covariance[i * States + i], 1e-12);
        }
    }

    // The observation noise to use for this value, in units of the usual noise: more for an outlier.
    private double ObservationWeight(double surprise, double spread)
    {
        var deviations = Math.Abs(surprise) / Math.Sqrt(noise * (spread + 1));
        if (deviations <= HuberDeviations)
        {
            outliersInARow = 0;
            return 1;
        }
        if (++outliersInARow <= OutliersInARowMax)
            return 1 + (spread + 1) * (deviations / HuberDeviations - 1);
        // No outlier any more: the level has moved.
        covariance[Level * States + Level] += deviations * deviations;
        outliersInARow = 0;
        return 1;
    }

    private void Count(double surprise, double spread)
    {
        var square = surprise * surprise / spread;
        // The first day is the diffuse start: everything surprises.
        if (bin >= dayBins)
            Likelihood = (Likelihood.Squares + square, Likelihood.Logs + Math.Log(spread), Likelihood.Count + 1);
        var clipped = Math.Min(square, HuberDeviations * HuberDeviations * noise);
        noise = Math.Clamp(noise + Math.Max(NoiseMemory, 1.0 / (bin + 2)) * (clipped - noise), 1e-8, 1e6);
    }

    private void Regress(double step, Span<double> into)
    {
        into[Level] = 1;
        into[Slope] = 0;
        into[Special] = isSpecial((long)step) ? 1 : 0;
        Harmonics(into[FirstSeason..], DailyHarmonics, 2 * Math.PI * step / dayBins);
        Harmonics(into[(FirstSeason + 2 * DailyHarmonics)..], WeeklyHarmonics, 2 * Math.PI * step / (7.0 * dayBins));
    }

    // Chebyshev's recurrence: one sine and cosine for all harmonics.
    private static void Harmonics(Span<double> into, int count, double angle)
    {
        var (sine, cosine) = Math.SinCos(angle);
        double s = sine, c = cosine;
        for (var k = 0; k < count; k++)
        {
            into[2 * k] = c;
            into[2 * k + 1] = s;
            (s, c) = (s * cosine + c * sine, c * cosine - s * sine);
        }
    }
}
