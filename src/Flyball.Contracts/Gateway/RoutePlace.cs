using System.Globalization;

namespace Flyball.Contracts.Gateway;

/// <summary>
/// Where a route stands: two routes at one place want the same requests. Text, so that it can be compared and told.
/// </summary>
public static class RoutePlace
{
    /// <summary>Host and path, or the port of a <c>tcp</c> route: what belongs to one project.</summary>
    public static string Of(Route route) => route.Listen is { } port
        ? string.Create(CultureInfo.InvariantCulture, $"the port {port}")
        : $"{route.Host ?? "any host"} {route.PathPrefix}";

    /// <summary>The same with all that the route asks of a request: what only one route can have.</summary>
    public static string WithConditions(Route route)
    {
        string kind = route.PathKind is null or RoutePathKind.Prefix ? "" : $" ({route.PathKind})";
        string methods = string.Join(',', (route.Methods ?? []).Order(StringComparer.Ordinal));
        return $"{Of(route)}{kind} {methods} {Text(route.Headers, lower: true)} {Text(route.Query, lower: false)}";
    }

    private static string Text(IReadOnlyList<RouteCondition>? conditions, bool lower) => string.Join('&',
        (conditions ?? []).Select(one => $"{(lower ? one.Name.ToLowerInvariant() : one.Name)} {one.Kind} {one.Value}")
        .Order(StringComparer.Ordinal));
}
