using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary>
/// <c>deploy.replicas</c> and <c>scale</c>; <c>x-scale</c> is checked for its shape, so that a file written today is
/// right on the day autoscaling exists.
/// </summary>
internal static class ScaleSection
{
    public static int Replicas(Field service)
    {
        Field deployed = service["deploy"]["replicas"];
        int? replicas = deployed.Int(0, ComposeLimits.ReplicasMax);
        int? scale = service["scale"].Int(0, ComposeLimits.ReplicasMax);
        if (replicas is not null && scale is not null && replicas != scale)
            service["scale"].Error($"differs from {deployed.Path}", "keep one of the two");
        return replicas ?? scale ?? 1;
    }

    public static void CheckMode(Field service)
    {
        Field mode = service["deploy"]["mode"];
        if (mode.Word() is { } written && written != "replicated")
            mode.Error($"the mode '{written}' is not supported: only 'replicated'");
    }

    public static void CheckExtension(Field field)
    {
        int? least = field["min"].Int(0, ComposeLimits.ReplicasMax);
        int? most = field["max"].Int(1, ComposeLimits.ReplicasMax);
        if (least > most) field["min"].Error("is greater than max");
        foreach (Field rule in field["rules"].ItemsOrOne()) CheckRule(rule);
        foreach ((string _, Field value) in field["target"].Entries()) _ = value.Number();
        Field predict = field["predict"];
        if (predict.Exists && !predict.IsScalar) _ = predict["horizon"].Duration();
        else _ = predict.Flag();
    }

    // signal, comparison, number with an optional unit: cpu > 80%.
    private static void CheckRule(Field field)
    {
        if (field.Word() is not { } rule) return;
        int comparison = rule.AsSpan().IndexOfAny('<', '>');
        ReadOnlySpan<char> value = comparison < 0 ? default : rule.AsSpan(comparison + 1).TrimStart('=').Trim();
        bool good = comparison > 0 && rule.AsSpan(0, comparison).Trim().Length > 0 &&
            DecimalText.TryTake(ref value, out _);
        if (!good) field.Error($"'{rule}' is no rule", "for example cpu > 80%");
    }
}
