using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>deploy.replicas</c>, <c>deploy.mode</c> and <c>scale</c>.</summary>
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
}
