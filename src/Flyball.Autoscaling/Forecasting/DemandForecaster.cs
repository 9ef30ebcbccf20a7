
namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Forecasts one workload's demand over the start-up horizon: a ridge regression over Kalman states, seasonal
/// forecasts, lags and recent maxima, with conformal quantiles. Deterministic; one observation a tick.
/// </summary>
internal sealed class DemandForecaster
{
    private const double LoadMin = 1e-3;
    private const double LoadMax = 1e6;
    private const double HalfLifeDays = 7;
    private const double Ridge = 1e-4;

    // A forecast may pass the last week's maximum by this factor (e) at most, and fall below the usual by e^4.
    private const double AboveWeekMax = 1.0;
    private const double BelowUsualMax = 4.0;

    private readonly ForecastClock clock;
    private readonly LoadFeatures load;
    private readonly RidgeRegression regression;
    private readonly RegimeClassifier regimes;
    private readonly ConformalModel[] models;
    private readonly FeatureRing past;
    private readonly double[] pastNow;
    private readonly SlidingMaximum window;
    private readonly SlidingMaximum week;
    private readonly ModelRace race;
    private long lastMissing = -1;
    private double hourMax = double.NegativeInfinity;
    private double weekMax = double.NegativeInfinity;

    /// <param name="clock">The ticks' clock.</param>
    /// <param name="horizon">Ticks to look ahead, at least one: the start-up delay of a replica.</param>
    /// <param name="scratch">May be shared by forecasters of one thread.</param>
    /// <param name="specialDays">Holidays and other days unlike their weekday.</param>
    public DemandForecaster(
        ForecastClock clock, int horizon, ForecastScratch? scratch = null, IReadOnlySet<DateOnly>? specialDays = null)
    {
        scratch ??= new ForecastScratch();
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        this.clock = clock;
        Horizon = horizon;
        load = new LoadFeatures(clock, horizon, specialDays ?? new HashSet<DateOnly>());
        regression = new RidgeRegression(LoadFeatures.Count, 2, clock.Hour, 24 * HalfLifeDays, Ridge, scratch);
        regimes = new RegimeClassifier(clock, horizon);
        race = new ModelRace(clock, horizon);
        models = [.. Enum.GetValues<DemandTarget>()
            .Select(_ => new ConformalModel(clock, horizon, HalfLifeDays, scratch))];
        past = new FeatureRing(horizon + 1, LoadFeatures.Count);
        pastNow = new double[horizon + 1];
        window = new SlidingMaximum(horizon);
        week = new SlidingMaximum(clock.Week / clock.Hour);
    }

    public int Horizon { get; }

    public ForecastClock Clock => clock;

    /// <summary>The newest tick observed, -1 before the first.</summary>
    public long Tick { get; private set; } = -1;

    /// <summary>The load taken as present: the last known one while the signal is missing.</summary>
    public double Load { get; private set; } = LoadMin;

    /// <summary>Whether the newest observation was missing.</summary>
    public bool Missing { get; private set; }

    /// <summary>The largest load of the last week.</summary>
    public double Highest => Math.Exp(weekMax);

    public ModelRace Race => race;

    public RegimeClassifier Regimes => regimes;

    /// <summary>The forecast distribution of <paramref name="target"/>.</summary>
    public ConformalModel this[DemandTarget target] => models[(int)target];

    /// <summary>Takes in the load of the next tick, in any positive unit; NaN or a negative one is missing.</summary>
    public void Observe(double value)
    {
        Tick++;
        Missing = !(value >= 0) || double.IsInfinity(value);
        if (Missing)
            lastMissing = Tick;
        else
            Load = Math.Clamp(value, LoadMin, LoadMax);
        var now = Math.Log(Load);
        load.Observe(now, Missing);
        var peak = window.Push(now);
        UpdateWeek(now);
        var origin = Tick - Horizon;
        // An example whose horizon touches a gap would teach that nothing happens.
        if (origin >= 0 && lastMissing < origin)
            Learn(origin, peak, now);
        Forecast(now);
    }

    private void Learn(long origin, double peak, double end)
    {
        var slot = (int)(origin % pastNow.Length);
        Span<double> example = stackalloc double[LoadFeatures.Count];
        past.Read(origin, example);
        regression.Add(example, [peak - pastNow[slot], end - pastNow[slot]]);
        models[(int)DemandTarget.Peak].Learn(origin, peak);
        models[(int)DemandTarget.End].Learn(origin, end);
        models[(int)DemandTarget.EndByEnsemble].Learn(origin, end);
        race.Learn(origin, end);
        regimes.Learn(origin, pastNow[slot], peak, end);
    }

    private void Forecast(double now)
    {
        Span<double> features = stackalloc double[LoadFeatures.Count];
        load.Fill(features);
        past.Write(Tick, features);
        pastNow[Tick % pastNow.Length] = now;
        regimes.Forecast(Tick, load, features);
        var peak = Bound(now + Change(features, DemandTarget.Peak), now);
        var end = Bound(now + Change(features, DemandTarget.End), now);
        var forecasts = race.Forecasts(Tick);
        forecasts[(int)ForecastModel.LastValue] = now;
        forecasts[(int)ForecastModel.SeasonalNaive] = load.DayBefore;
        forecasts[(int)ForecastModel.HoltWinters] = load.HoltWintersForecast;
        forecasts[(int)ForecastModel.Structural] = load.StructuralForecast;
        forecasts[(int)ForecastModel.Regression] = end;
        ForecastAround(DemandTarget.Peak, features, peak);
        ForecastAround(DemandTarget.End, features, end);
        ForecastAround(DemandTarget.EndByEnsemble, features, Bound(race.Ensemble(Tick), now));
    }

    private void ForecastAround(DemandTarget target, ReadOnlySpan<double> features, double center) =>
        models[(int)target].Forecast(Tick, load, features, center, regimes.BurstLogOdds);

    private double Change(ReadOnlySpan<double> features, DemandTarget target) =>
        regression.Ready ? regression.Predict(features, (int)target) : 0;

    // Where the load has fallen further than that already, the forecast may follow it.
    private double Bound(double center, double now) => Math.Clamp(
        center, Math.Min(now, load.Usual - BelowUsualMax), Math.Max(weekMax, load.Usual) + AboveWeekMax);

    // The maximum of the week is kept in hours.
    private void UpdateWeek(double now)
    {
        hourMax = Math.Max(hourMax, now);
        weekMax = Math.Max(weekMax, now);
        if ((Tick + 1) % clock.Hour != 0)
            return;
        weekMax = week.Push(hourMax);
        hourMax = double.NegativeInfinity;
    }
}
