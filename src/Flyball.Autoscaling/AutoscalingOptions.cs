namespace Flyball.Autoscaling;

/// <summary>How often and on what autoscaling decides.</summary>
public sealed record AutoscalingOptions
{
    /// <summary>From one decision to the next. 1 s to 5 min, default 15 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Rates and means are over this time, and a signal that is older is missing. At least two of the intervals at
    /// which metrics are written. 2 s to 30 min, default 1 min.
    /// </summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How far back forecasts learn after a start. 0 to 35 days, default 8 days.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(8);

    /// <summary>How long a server that went away may still hold the lease. 1 s to 10 min, default 30 s.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(30);
}
