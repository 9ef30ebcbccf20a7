namespace Flyball.Autoscaling.Backtesting;

/// <summary>Quantiles of demand forecast for tick <paramref name="Tick"/>, in replicas of work.</summary>
internal readonly record struct ForecastBand(int Tick, double Low, double Median, double High, double Highest);
