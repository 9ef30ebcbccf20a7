namespace Flyball.Autoscaling.Policies;

/// <summary>A policy that forecasts, for pictures of what it expected.</summary>
internal interface IForecastSource
{
    /// <summary>What it expected, at the tick seen last, of the load one horizon later; null before it could.</summary>
    ForecastBand? Band { get; }
}
