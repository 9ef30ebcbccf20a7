namespace Flyball.Autoscaling.Forecasting;

/// <summary>
/// Maximum likelihood for the structural model's variances: a coordinate search on a logarithmic grid over the recent
/// past, with the observation noise concentrated out.
/// </summary>
internal static class VarianceFit
{
    private const double StepFactor = 8;
    private const double VarianceMin = 1e-10;
    private const double VarianceMax = 100;

    /// <summary>One sweep from <paramref name="model"/>: each variance up or down where that is likelier.</summary>
    public static StructuralModel Improve(
        StructuralModel model, ReadOnlySpan<double> values, int dayBins, Func<long, bool> isSpecial)
    {
        var best = Deviance(model, values, dayBins, isSpecial);
        for (var parameter = 0; parameter < 3; parameter++)
            foreach (var factor in (ReadOnlySpan<double>)[StepFactor, 1 / StepFactor])
            {
                var candidate = Scale(model, parameter, factor);
                var deviance = Deviance(candidate, values, dayBins, isSpecial);
                if (!(deviance < best))
                    continue;
                (best, model) = (deviance, candidate);
                break;
            }
        return model;
    }

    /// <summary>Minus twice the concentrated log-likelihood, up to a constant: smaller is likelier.</summary>
    public static double Deviance(
        StructuralModel model, ReadOnlySpan<double> values, int dayBins, Func<long, bool> isSpecial)
    {
        var filter = new StructuralKalmanFilter(dayBins, isSpecial, model);
        foreach (var value in values)
            filter.Observe(value);
        var (squares, logs, count) = filter.Likelihood;
        return count == 0 ? 0 : count * Math.Log(Math.Max(squares / count, 1e-12)) + logs;
    }

    private static StructuralModel Scale(StructuralModel model, int parameter, double factor) => parameter switch
    {
        0 => model with { Level = Clamp(model.Level * factor) },
        1 => model with { Slope = Clamp(model.Slope * factor) },
        _ => model with { Season = Clamp(model.Season * factor) },
    };

    private static double Clamp(double variance) => Math.Clamp(variance, VarianceMin, VarianceMax);
}
