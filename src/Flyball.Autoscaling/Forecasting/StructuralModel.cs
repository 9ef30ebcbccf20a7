namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// The process noise of the structural model, a step, relative to the observation noise. Fitted by maximum likelihood.
/// </summary>
/// <param name="Level">Variance of the level's random walk.</param>
/// <param name="Slope">Variance of the slope's random walk.</param>
/// <param name="Season">Variance of each seasonal coefficient's random walk.</param>
internal readonly record struct StructuralModel(double Level, double Slope, double Season)
{
    public static readonly StructuralModel Default = new(0.05, 1e-6, 1e-5);
}
