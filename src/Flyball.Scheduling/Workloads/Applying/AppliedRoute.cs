using Flyball.Contracts.Gateway;

namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>A route of an applied project.</summary>
internal sealed record AppliedRoute(string Name, string? Host, string PathPrefix, string Service, string? Port)
{
    public static AppliedRoute Of(string name, Route route) =>
        new(name, route.Host, route.PathPrefix, route.Service, route.Port);
}
