namespace Flyball.Autoscaling.Backtesting.Plotting;

/// <summary>A place in a picture.</summary>
internal readonly record struct PlotPoint(double X, double Y);
