namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Online logistic classifiers of what the load does over the horizon: its regime, and whether it passes the capacity
/// that suits it now. The second one's log-odds widen or narrow the forecast's error scale, and so move the quantile
/// that the planner uses.
/// </summary>
internal sealed class RegimeClassifier
{
    private const int Features = 9;

    // A replica or a tenth of headroom is what a cluster usually has: passing it is the event.
    private static readonly double PassesBy = Math.Log(1.15);
    private static readonly double Tenth = Math.Log(1.1);
    private static readonly double Half = Math.Log(1.5);
    private static readonly double FarBelow = Math.Log(0.2);

    private readonly LogisticClassifier regime = new(Features, 5);
    private readonly LogisticClassifier passes = new(Features, 2);
    private readonly FeatureRing past;
    private readonly double[] pastUsual;
    private readonly int learnEvery;
    private readonly double[] chances = new double[5];

    public RegimeClassifier(ForecastClock clock, int horizon)
    {
        past = new FeatureRing(horizon + 1, Features);
        pastUsual = new double[horizon + 1];
        // Neighbouring ticks tell the same story: one example a minute is enough.
        learnEvery = clock.Ticks(TimeSpan.FromMinutes(1));
    }

    /// <summary>The chance of each <see cref="LoadRegime"/>.</summary>
    public ReadOnlySpan<double> Chances => chances;

    public LoadRegime Likeliest
    {
        get
        {
            var best = 0;
            for (var k = 1; k < chances.Length; k++)
                if (chances[k] > chances[best])
                    best = k;
            return (LoadRegime)best;
        }
    }

    /// <summary>The chance that demand passes today's load by 15 % within the horizon.</summary>
    public double PassChance { get; private set; } = 0.5;

    public double BurstLogOdds { get; private set; }

    /// <summary>Brier score of the regimes over about four days of examples.</summary>
    public double RegimeBrier => regime.Brier;

    /// <summary>Brier score of <see cref="PassChance"/>, both classes counted: a fair coin has 0.5.</summary>
    public double PassBrier => passes.Brier;

    public void Learn(long origin, double now, double peak, double end)
    {
        if (origin % learnEvery != 0)
            return;
        Span<double> example = stackalloc double[Features];
        past.Read(origin, example);
        passes.Learn(example, peak - now > PassesBy ? 1 : 0);
        regime.Learn(example, (int)Outcome(now - pastUsual[origin % pastUsual.Length], peak - now, end - now));
    }

    public void Forecast(long tick, LoadFeatures load, ReadOnlySpan<double> features)
    {
        Span<double> example = stackalloc double[Features];
        pastUsual[tick % pastUsual.Length] = load.Usual;
        example[0] = 1;
        example[1] = Squash(load.Now - load.Usual);
        example[2] = Squash(load.Now - load.MediumLevel);
        example[3] = Squash(load.QuickTrend);
        example[4] = Squash(features[LoadFeatures.Step] * 4);
        example[5] = Squash(features[LoadFeatures.FirstMaximum + 2]);
        example[6] = Squash(features[LoadFeatures.FirstMaximum + 4]);
        example[7] = Squash(features[^4]);
        example[8] = Squash(features[^2]);
        past.Write(tick, example);
        regime.Classify(example).CopyTo(chances);
        PassChance = Math.Clamp(passes.Classify(example)[1], 1e-4, 1 - 1e-4);
        BurstLogOdds = Math.Log(PassChance / (1 - PassChance));
    }

    private static LoadRegime Outcome(double againstUsual, double rise, double change) =>
        againstUsual < FarBelow && rise < Half ? LoadRegime.Idle
        : rise > Half ? LoadRegime.Burst
        : change > Tenth ? LoadRegime.Ramp
        : change < -Tenth ? LoadRegime.Decay
        : LoadRegime.Steady;

    private static double Squash(double value) => Math.Clamp(value, -2, 2);
}
