using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Services;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary>Which other services of the project a route leads to, or sends copies to.</summary>
internal static class TargetSection
{
    private const int TargetsMax = 16;
    private const int WeightMax = 1_000_000;

    public static List<RouteTarget>? Targets(ServiceScope scope, Field field)
    {
        if (!field.Exists) return null;
        List<RouteTarget> targets = [];
        List<Field> items = [.. field.Items()];
        if (items.Count > TargetsMax) field.Error($"may name {TargetsMax} services at most");
        foreach (Field item in items.Take(TargetsMax))
        {
            if (Service(scope, item) is not { } service) continue;
            targets.Add(new RouteTarget
            {
                Service = service,
                Port = item["port"].Word(),
                Weight = item["weight"].Int(0, WeightMax) ?? 1,
            });
        }

        if (targets.Count == items.Count && targets.All(target => target.Weight == 0))
            field.Error("needs a service whose weight is above 0");
        return targets;
    }

    public static RouteMirror? Mirror(ServiceScope scope, Field field)
    {
        if (!field.Exists || Service(scope, field) is not { } service) return null;
        return new RouteMirror
        {
            Service = service,
            Port = field["port"].Word(),
            Percent = RouteText.Percent(field["percent"]) ?? 100,
        };
    }

    private static string? Service(ServiceScope scope, Field field)
    {
        if (field.Node is not MapNode)
        {
            field.Error("must be a mapping", "{ service: web }");
            return null;
        }

        if (field["service"].Word() is { } name) return WorkloadName.Of(scope.Project, name);
        if (!field["service"].Exists) field.Error("needs a service", "service: a name of this file");
        return null;
    }
}
