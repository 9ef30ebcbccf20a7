namespace Flyball.Gateway.Routing;

/// <summary>
/// The routes that ask for the same host and prefix, by name: the first in ordinal order wins, whichever was written
/// first, so that every gateway decides alike.
/// </summary>
internal sealed class RouteSlot
{
    private readonly RouteEntry[] routes;

    private RouteSlot(RouteEntry[] routes) => this.routes = routes;

    public RouteEntry Winner => routes[0];

    public static RouteSlot With(RouteSlot? slot, RouteEntry route)
    {
        RouteEntry[] rest = slot?.routes ?? [];
        return new RouteSlot(
            [.. rest.Where(other => other.Name != route.Name).Append(route)
                .OrderBy(other => other.Name, StringComparer.Ordinal)]);
    }

    /// <summary>Null when nothing is left.</summary>
    public static RouteSlot? Without(RouteSlot? slot, string name)
    {
        RouteEntry[] rest = [.. (slot?.routes ?? []).Where(other => other.Name != name)];
        return rest.Length == 0 ? null : new RouteSlot(rest);
    }
}
