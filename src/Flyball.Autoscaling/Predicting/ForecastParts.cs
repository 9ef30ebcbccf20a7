using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Signals;
using Flyball.Base.Work;

namespace Flyball.Autoscaling.Predicting;

/// <summary>What the forecasts of one server share. One thread at a time.</summary>
internal sealed record ForecastParts(HistoryReader History, IWorkers Workers, TimeSpan Interval, TimeSpan Kept)
{
    /// <summary>Ticks of one query.</summary>
    public const int ChunkTicksMax = 5_000;

    public StaffingTable Staffing { get; } = StaffingTable.Proportional();

    public ForecastScratch Scratch { get; } = new();

    public long IntervalMs => (long)Interval.TotalMilliseconds;

    /// <summary>How far back a forecast begins to learn.</summary>
    public int HistoryTicks => (int)(Kept / Interval);

    /// <summary>The clock of a forecast that begins at a tick.</summary>
    public ForecastClock Clock(long firstTick, TimeSpan? season) => new(Interval, TimeOf(firstTick), season);

    public DateTimeOffset TimeOf(long tick) => DateTimeOffset.FromUnixTimeMilliseconds(tick * IntervalMs);
}
