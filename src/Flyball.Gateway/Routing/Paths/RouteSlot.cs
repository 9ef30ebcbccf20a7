using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Routing.Paths;

/// <summary>
/// The routes that stand at the same host and path: those that ask for more come first, and among equals the first name
/// in ordinal order, whichever was written first, so that every gateway decides alike.
/// </summary>
internal sealed class RouteSlot
{
    private readonly RouteEntry[] routes;

    private RouteSlot(RouteEntry[] routes) => this.routes = routes;

    /// <summary>Any of them, for what they share.</summary>
    public RouteEntry First => routes[0];

    public static RouteSlot With(RouteSlot? slot, RouteEntry route)
    {
        RouteEntry[] rest = slot?.routes ?? [];
        return new RouteSlot(
            [.. rest.Where(other => other.Name != route.Name).Append(route)
                .Order(Comparer<RouteEntry>.Create(Compare))]);
    }

    /// <summary>Null when nothing is left.</summary>
    public static RouteSlot? Without(RouteSlot? slot, string name)
    {
        RouteEntry[] rest = [.. (slot?.routes ?? []).Where(other => other.Name != name)];
        return rest.Length == 0 ? null : new RouteSlot(rest);
    }

    public RouteEntry? Find<TFacts>(in TFacts facts) where TFacts : IRequestFacts, allows ref struct
    {
        foreach (RouteEntry route in routes)
        {
            if (route.Conditions.IsEmpty || route.Conditions.Fit(facts)) return route;
        }

        return null;
    }

    private static int Compare(RouteEntry one, RouteEntry other)
    {
        int order = one.Conditions.CompareTo(other.Conditions);
        return order == 0 ? string.CompareOrdinal(one.Name, other.Name) : order;
    }
}
