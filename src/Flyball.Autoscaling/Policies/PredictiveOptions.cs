namespace Flyball.Autoscaling.Policies;

/// <summary>The predictive policy's settings. The defaults are what <c>default</c> runs with.</summary>
internal sealed record PredictiveOptions
{
    /// <summary>
    /// The one aggressiveness knob: how many replica-seconds one replica-second of late work is worth. Above 0;
    /// larger is safer and dearer. Default 64, which leaves a few requests in a thousand late on usual loads.
    /// </summary>
    public double LatenessPrice { get; init; } = 64;

    /// <summary>Headroom over the load until the forecasts have earned trust. Share, default 0.25.</summary>
    public double FallbackHeadroom { get; init; } = 0.25;

    /// <summary>History before any forecast is used. Default 6 hours.</summary>
    public TimeSpan TrustAfter { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Time after which an expert's cost counts half. Default 7 days.</summary>
    public TimeSpan CostHalfLife { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Time after which an expert's recent cost counts half. Default 6 hours.</summary>
    public TimeSpan RecentHalfLife { get; init; } = TimeSpan.FromHours(6);

    /// <summary>
    /// How sharply an expert's weight falls with its cost: 60 means by e for a sixtieth more than the cheapest's.
    /// </summary>
    public double Sharpness { get; init; } = 60;

    /// <summary>
    /// Coverage of the 95 % quantile below which the policy falls back, if reacting was cheaper of late. Default 0.85.
    /// </summary>
    public double CoverageMin { get; init; } = 0.85;

    /// <summary>Coverage at which it returns. Share, default 0.90.</summary>
    public double CoverageBack { get; init; } = 0.90;
}
