using Flyball.Contracts.Autoscaling;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Scaling;

/// <summary><c>x-scale.behaviour</c>: how fast, and with how much hesitation.</summary>
internal static class BehaviourSection
{
    private const double PercentMax = 10;

    public static ScaleBehaviour Read(Field field, ScaleBehaviour standard)
    {
        if (!field.Exists) return standard;
        _ = field.Entries();
        var limits = new List<ScaleLimit>();
        foreach (Field limit in ScaleText.ReadItems(field["limits"]))
            if (ReadLimit(limit) is { } one) limits.Add(one);
        return new ScaleBehaviour
        {
            Window = ScaleText.ReadSpan(field["window"], TimeSpan.Zero) ?? standard.Window,
            Limits = limits.Count > 0 ? limits : standard.Limits,
            Select = field["select"].OneOf("max", "min", "none") switch
            {
                "min" => ScaleChoice.Min,
                "none" => ScaleChoice.None,
                _ => ScaleChoice.Max,
            },
        };
    }

    private static ScaleLimit? ReadLimit(Field field)
    {
        if (field.IsScalar)
        {
            field.Error("a limit is a mapping", "{ replicas: 4, period: 15s }");
            return null;
        }
        int? replicas = field["replicas"].Int(1, ComposeLimits.ReplicasMax);
        double? percent = ScaleText.ReadShare(field["percent"], PercentMax);
        if (field["replicas"].Exists == field["percent"].Exists) field.Error("needs one of replicas and percent");
        TimeSpan period = ScaleText.ReadSpan(field["period"], TimeSpan.FromSeconds(1)) ?? TimeSpan.FromSeconds(15);
        if (period > TimeSpan.FromMinutes(30)) field["period"].Error("must be at most 30m");
        return replicas is null && percent is null
            ? null
            : new ScaleLimit { Replicas = replicas, Percent = percent, Period = period };
    }
}
