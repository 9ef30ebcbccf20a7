namespace Flyball.Autoscaling.Forecasting;

/// <summary>Calendar lengths in ticks: forecasters count ticks, users speak of hours and days.</summary>
internal readonly record struct ForecastClock
{
    /// <param name="tick">Time between two observations, more than zero and at most an hour.</param>
    /// <param name="start">Time of tick 0, UTC.</param>
    public ForecastClock(TimeSpan tick, DateTimeOffset start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(tick, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tick, TimeSpan.FromHours(1));
        Tick = tick;
        Start = start;
    }

    public TimeSpan Tick { get; }

    public DateTimeOffset Start { get; }

    public int Hour => Ticks(TimeSpan.FromHours(1));

    public int Day => Ticks(TimeSpan.FromDays(1));

    public int Week => Ticks(TimeSpan.FromDays(7));

    /// <summary>Whole ticks in <paramref name="span"/>, at least one.</summary>
    public int Ticks(TimeSpan span) => (int)Math.Max(1, span.Ticks / Tick.Ticks);

    public DateTimeOffset TimeOf(long tick) => Start + tick * Tick;
}
