namespace Flyball.Contracts.Autoscaling;

/// <summary>Scaling ahead of demand.</summary>
public sealed record ScalePrediction
{
    /// <summary>How far ahead; null for the measured start-up time and one decision interval.</summary>
    public TimeSpan? Horizon { get; init; }

    /// <summary>
    /// The chance, 0 to 0.5, that demand passes the capacity within the horizon when the forecast lowers what targets
    /// ask for; the lower, the more is added for safety, too. Default 0.01.
    /// </summary>
    public double Risk { get; set; } = 0.01;

    /// <summary>
    /// The time in which demand repeats; null for a day. All other times that a forecast thinks in, from minutes to a
    /// week, follow in proportion. At least 24 decision intervals.
    /// </summary>
    public TimeSpan? Season { get; init; }

    /// <summary>
    /// History that a workload needs before its forecasts count. Default 6 hours, a quarter of a day.
    /// </summary>
    public TimeSpan After { get; set; } = TimeSpan.FromHours(6);

    /// <summary>PromQL of the work that arrives, a second; null for the gateways' request rate.</summary>
    public string? Demand { get; init; }
}
