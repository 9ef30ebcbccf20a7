namespace Flyball.Metrics.Storage.Chunks;

/// <summary>
/// How the next integer of a column is guessed; the encoder takes the one that leaves the fewest bits.
/// </summary>
internal enum Predictor
{
    /// <summary>The same level throughout: gauges that hover.</summary>
    Level = 0,

    /// <summary>A straight line through the first and last value: timestamps with jitter.</summary>
    Line = 1,

    /// <summary>The value before plus the mean step: counters with irregular steps.</summary>
    Step = 2,

    /// <summary>The step before repeated (double delta): counters whose rate drifts.</summary>
    Drift = 3,
}
