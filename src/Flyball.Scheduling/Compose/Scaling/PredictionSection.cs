using Flyball.Contracts.Autoscaling;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Scaling;

/// <summary><c>x-scale.predict</c> and <c>x-scale.slo</c>.</summary>
internal static class PredictionSection
{
    private const double RiskMax = 0.5;
    private static readonly TimeSpan SeasonMin = TimeSpan.FromMinutes(1);
    private const int SeasonHoursMax = 28 * 24;

    public static ScalePrediction? Read(Field field)
    {
        if (!field.Exists) return null;
        if (field.IsScalar) return field.Flag() == true ? new ScalePrediction() : null;
        _ = field.Entries();
        var standard = new ScalePrediction();
        TimeSpan? season = ScaleText.ReadSpan(field["season"], SeasonMin, SeasonHoursMax);
        return new ScalePrediction
        {
            Season = season,
            Horizon = ReadHorizon(field["horizon"]),
            Risk = ScaleText.ReadShare(field["risk"], RiskMax) ?? standard.Risk,
            After = ScaleText.ReadSpan(field["after"], TimeSpan.Zero) ?? season / 4 ?? standard.After,
            Demand = ScaleText.ReadQuery(field["demand"]),
        };
    }

    public static ScaleObjective Objective(Field field)
    {
        if (field.Exists) _ = field.Entries();
        TimeSpan? latency = field["latency"].Duration();
        if (latency == TimeSpan.Zero) field["latency"].Error("must be longer than 0");
        double? quantile = ScaleText.ReadShare(field["quantile"], 1);
        if (quantile >= 1) field["quantile"].Error("must be less than 100%");
        return new ScaleObjective
        {
            Latency = latency,
            Quantile = quantile ?? new ScaleObjective().Quantile,
            Utilisation = ScaleText.ReadShare(field["utilisation"], 1),
        };
    }

    private static TimeSpan? ReadHorizon(Field field)
    {
        if (!field.Exists || field.IsScalar && field.Text() == "auto") return null;
        return ScaleText.ReadSpan(field, TimeSpan.FromSeconds(1));
    }
}
