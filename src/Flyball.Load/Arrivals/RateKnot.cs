namespace Flyball.Load.Arrivals;

/// <summary>A point of a rate's course.</summary>
/// <param name="Seconds">Since the start.</param>
/// <param name="PerSecond">Requests a second.</param>
internal readonly record struct RateKnot(double Seconds, double PerSecond);
