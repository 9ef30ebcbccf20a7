namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Calendar lengths in ticks: forecasters count ticks, users speak of hours and days. Where demand repeats in another
/// time than a day, a day here is that time, and every other length follows in proportion.
/// </summary>
internal readonly record struct ForecastClock
{
    // With fewer ticks, an hour of it would be less than one.
    private const int SeasonTicksMin = 24;

    /// <param name="tick">Time between two observations, more than zero and at most an hour.</param>
    /// <param name="start">Time of tick 0, UTC.</param>
    /// <param name="season">The time in which demand repeats, 24 ticks if it is shorter; null for a day.</param>
    public ForecastClock(TimeSpan tick, DateTimeOffset start, TimeSpan? season = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(tick, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tick, TimeSpan.FromHours(1));
        Tick = tick;
        Start = start;
        Pace = season is { } given
            ? TimeSpan.FromDays(1) / (given < SeasonTicksMin * tick ? SeasonTicksMin * tick : given)
            : 1;
    }

    public TimeSpan Tick { get; }

    public DateTimeOffset Start { get; }

    /// <summary>How many times faster than on the calendar a day passes.</summary>
    public double Pace { get; }

    public int Hour => Ticks(TimeSpan.FromHours(1));

    public int Day => Ticks(TimeSpan.FromDays(1));

    public int Week => Ticks(TimeSpan.FromDays(7));

    /// <summary>Whole ticks in <paramref name="span"/>, at least one.</summary>
    public int Ticks(TimeSpan span) => (int)Math.Max(1, (Pace.Equals(1.0) ? span : span / Pace).Ticks / Tick.Ticks);

    public DateTimeOffset TimeOf(long tick) => Start + tick * Tick;
}
