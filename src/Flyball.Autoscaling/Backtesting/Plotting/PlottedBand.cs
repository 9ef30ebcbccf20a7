using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Backtesting.Plotting;

/// <summary>What was expected of one tick.</summary>
internal readonly record struct PlottedBand(int Tick, ForecastBand Band);
