using Flyball.Contracts.Gateway;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Paths;

namespace Flyball.Gateway.Explaining;

/// <summary>
/// Why one route was taken and others of the same host and path were not. The choice itself is the matcher's; this only
/// tells of it.
/// </summary>
internal static class RouteReasons
{
    private const int ConsideredMax = 20;

    public static IReadOnlyList<RouteConsidered> Of(
        IEnumerable<RouteEntry> routes, RouteEntry? chosen, RouteQuestion question)
    {
        RouteEntry[] near =
        [
            .. routes.Where(route => route.Route.Listen is null && route.Host.Matches(question.Host)
                && route.Path.Matches(question.Path)).Order(Comparer<RouteEntry>.Create(Compare)),
        ];
        int at = Array.IndexOf(near, chosen);
        return [.. near.Take(ConsideredMax).Select((route, i) => Tell(route, i, at, near, question))];
    }

    private static RouteConsidered Tell(
        RouteEntry route, int index, int chosenAt, RouteEntry[] near, RouteQuestion question)
    {
        bool isChosen = index == chosenAt;
        string? missing = route.Conditions.Missing(new HeadFacts(question.Bytes, question.Head, null));
        string why = isChosen
            ? Taken(route, near)
            : missing is not null ? $"asks for {missing}" : Beaten(route, near[Math.Max(0, chosenAt)]);
        return new RouteConsidered(
            route.Name, RoutePlace.Of(route.Route), route.Conditions.ToString(), isChosen, why);
    }

    private static string Taken(RouteEntry route, RouteEntry[] near) =>
        near.Length == 1 ? "the only one for this host and path" : $"the most specific that fits: {Specific(route)}";

    private static string Specific(RouteEntry route)
    {
        string host = route.Host.Kind switch
        {
            RouteHostKind.Exact => "this host",
            RouteHostKind.Wildcard => "a host below " + route.Host.Name,
            _ => "any host",
        };
        string path = route.Path.Kind switch
        {
            RoutePathKind.Exact => "this path",
            RoutePathKind.Template => "the template " + route.Route.PathPrefix,
            _ => route.Path.Text.Length == 0 ? "any path" : $"paths that begin with {route.Path.Text}",
        };
        return $"{host}, {path}";
    }

    private static string Beaten(RouteEntry route, RouteEntry winner)
    {
        if (CompareHosts(winner.Host, route.Host) != 0) return $"the host of {winner.Name} is more specific";
        if (ComparePaths(winner.Path, route.Path) != 0) return $"the path of {winner.Name} is more specific";
        return winner.Conditions.CompareTo(route.Conditions) != 0
            ? $"{winner.Name} asks for more"
            : $"{winner.Name} comes first by name";
    }

    private static int Compare(RouteEntry one, RouteEntry other)
    {
        int order = CompareHosts(one.Host, other.Host);
        if (order == 0) order = ComparePaths(one.Path, other.Path);
        if (order == 0) order = one.Conditions.CompareTo(other.Conditions);
        return order == 0 ? string.CompareOrdinal(one.Name, other.Name) : order;
    }

    private static int CompareHosts(RouteHost one, RouteHost other)
    {
        int order = other.Kind.CompareTo(one.Kind);
        return order == 0 ? other.Name.Length.CompareTo(one.Name.Length) : order;
    }

    private static int ComparePaths(PathPattern one, PathPattern other)
    {
        int order = Rank(one.Kind).CompareTo(Rank(other.Kind));
        if (order != 0) return order;
        if (one.Template is null || other.Template is null) return other.Text.Length.CompareTo(one.Text.Length);
        order = other.Template.Beginning.Length.CompareTo(one.Template.Beginning.Length);
        return order == 0 ? one.Template.CompareTo(other.Template) : order;
    }

    private static int Rank(RoutePathKind kind) => kind switch
    {
        RoutePathKind.Exact => 0,
        RoutePathKind.Template => 1,
        _ => 2,
    };
}
