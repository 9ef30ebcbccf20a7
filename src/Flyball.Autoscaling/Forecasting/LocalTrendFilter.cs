namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// The steady state of a Kalman filter for a local linear trend (an alpha-beta filter): level and slope with a fixed
/// gain. The bank of these at several gains is what the regression chooses from.
/// </summary>
internal sealed class LocalTrendFilter(double gain)
{
    // The slope gain that a steady Kalman filter with this level gain has (Kalata's relation, for small gains).
    private readonly double slopeGain = gain * gain / (2 - gain);
    private double level = double.NaN;

    /// <summary>Change of the level a tick.</summary>
    public double Slope { get; private set; }

    public void Observe(double value)
    {
        if (double.IsNaN(level))
            level = value;
        var predicted = level + Slope;
        var surprise = value - predicted;
        level = predicted + gain * surprise;
        Slope += slopeGain * surprise;
    }
}
