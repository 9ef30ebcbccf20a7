using Flyball.Contracts.Gateway;

namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>A route of an applied project.</summary>
/// <param name="Listen">The gateway's port of a TCP route; null for HTTP.</param>
internal sealed record AppliedRoute(
    string Name, string? Host, string PathPrefix, string Service, string? Port, int? Listen)
{
    public static AppliedRoute Of(string name, Route route) =>
        new(name, route.Host, route.PathPrefix, route.Service, route.Port, route.Listen);
}
