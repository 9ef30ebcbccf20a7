using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary><c>limits</c>: what is asked of a service at once.</summary>
internal static class LimitSection
{
    private const int CountMax = 1_000_000;

    public static RouteLimits? Read(Field field)
    {
        if (!field.Exists) return null;
        if (!field.Entries().Any()) field.Error("limits nothing", "connections, requests, pending or adaptive");
        return new RouteLimits
        {
            Connections = field["connections"].Int(1, CountMax),
            Requests = field["requests"].Int(1, CountMax),
            Pending = field["pending"].Int(0, CountMax),
            Adaptive = field["adaptive"].Flag() ?? false,
        };
    }
}
