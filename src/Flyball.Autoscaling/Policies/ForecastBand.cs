namespace Flyball.Autoscaling.Policies;

/// <summary>Quantiles of demand, in replicas of work: 5, 50, 95 and 99 %.</summary>
/// <param name="HorizonTicks">How many ticks after the one seen last it is about.</param>
internal readonly record struct ForecastBand(
    int HorizonTicks, double Low, double Median, double High, double Highest);
