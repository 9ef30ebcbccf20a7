namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// What the regression knows at a tick, all in logarithms and relative to the present value: levels, trends, recent
/// maxima, lags of an hour, a day and a week, and the other models' forecasts.
/// </summary>
internal sealed class LoadFeatures
{
    private static readonly TimeSpan[] LevelTimes =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(20), TimeSpan.FromMinutes(80)];

    private static readonly TimeSpan[] MaximumTimes =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(40),
            TimeSpan.FromHours(4)];

    private readonly ForecastClock clock;
    private readonly int horizon;
    private readonly double[] levels = new double[LevelTimes.Length];
    private readonly double[] levelGains;
    private readonly SlidingMaximum[] maxima;
    private readonly LocalTrendFilter quick = new(0.5);
    private readonly LocalTrendFilter steady = new(0.1);
    private readonly BinnedHistory history;
    private readonly HoltWinters seasonal;
    private readonly StructuralForecaster structural;
    private readonly double[] latest;
    private long tick = -1;
    private double slow;

    public LoadFeatures(ForecastClock clock, int horizon, IReadOnlySet<DateOnly> specialDays)
    {
        this.clock = clock;
        this.horizon = horizon;
        levelGains = [.. LevelTimes.Select(t => 1.0 / clock.Ticks(t))];
        maxima = [.. MaximumTimes.Select(t => new SlidingMaximum(clock.Ticks(t)))];
        history = new BinnedHistory(clock);
        seasonal = new HoltWinters(clock);
        structural = new StructuralForecaster(clock, specialDays, history);
        latest = new double[horizon + 1];
    }

    /// <summary>Number of features.</summary>
    public const int Count = 26;

    /// <summary>Index of the difference to the last tick.</summary>
    public const int Step = 8;

    /// <summary>Index of the newest minute's maximum; wider windows follow.</summary>
    public const int FirstMaximum = 10;

    /// <summary>The logarithm of the load seen last.</summary>
    public double Now { get; private set; }

    /// <summary>The level over six hours, the memory of what is usual.</summary>
    public double Usual => slow;

    public double MediumLevel => levels[1];

    /// <summary>Quick slope times the horizon.</summary>
    public double QuickTrend => quick.Slope * horizon;

    /// <summary>Log load a day before the target, the seasonal naive forecast; NaN when unknown.</summary>
    public double DayBefore { get; private set; } = double.NaN;

    public double HoltWintersForecast => seasonal.Forecast(horizon);

    public double StructuralForecast { get; private set; } = double.NaN;

    /// <summary>Takes in the next value. A missing one counts as unchanged, save for the Kalman filter.</summary>
    public void Observe(double logLoad, bool missing)
    {
        tick++;
        if (tick == 0)
            Begin(logLoad);
        Now = logLoad;
        latest[tick % latest.Length] = logLoad;
        for (var i = 0; i < levels.Length; i++)
            levels[i] += levelGains[i] * (logLoad - levels[i]);
        foreach (var maximum in maxima)
            maximum.Push(logLoad);
        quick.Observe(logLoad);
        steady.Observe(logLoad);
        slow += (logLoad - slow) / clock.Ticks(TimeSpan.FromHours(6));
        history.Observe(logLoad, missing);
        seasonal.Observe(logLoad);
        structural.Observe(missing ? double.NaN : logLoad);
    }

    /// <summary>Writes the features of the present tick.</summary>
    public void Fill(Span<double> into)
    {
        var at = 0;
        into[at++] = 1;
        into[at++] = Now - slow;
        foreach (var level in levels)
            into[at++] = level - Now;
        into[at++] = quick.Slope * horizon;
        into[at++] = steady.Slope * horizon;
        into[at++] = Now - latest[Math.Max(0, tick - 1) % latest.Length];
        into[at++] = Now - latest[Math.Max(0, tick - horizon) % latest.Length];
        foreach (var maximum in maxima)
            into[at++] = maximum.Current - Now;
        at = FillLags(into, at);
        into[at++] = seasonal.Season(horizon) - seasonal.Season(0);
        into[at++] = seasonal.Forecast(horizon) - Now;
        StructuralForecast = structural.Ready ? structural.Forecast(horizon).Mean : double.NaN;
        into[at++] = Known(StructuralForecast - Now);
        into[at] = structural.Ready ? Known(structural.Forecast(0).Mean - Now) : 0;
    }

    private int FillLags(Span<double> into, int at)
    {
        var reach = Math.Max(clock.Ticks(TimeSpan.FromMinutes(5)), horizon);
        foreach (var period in (ReadOnlySpan<int>)[clock.Hour, clock.Day, clock.Week])
        {
            // The latest earlier period whose target time has been seen.
            var target = tick + horizon - period * ((horizon + period - 1) / period);
            into[at++] = Known(history.Maximum(target - reach, target + reach) - Now);
            if (period == clock.Hour)
                continue;
            var then = history.Mean(target);
            if (period == clock.Day)
                DayBefore = then;
            into[at++] = Known(then - Now);
            into[at++] = Known(then - history.Mean(target - horizon));
        }
        return at;
    }

    private void Begin(double logLoad)
    {
        Array.Fill(levels, logLoad);
        Array.Fill(latest, logLoad);
        slow = logLoad;
    }

    private static double Known(double value) => double.IsFinite(value) ? value : 0;
}
