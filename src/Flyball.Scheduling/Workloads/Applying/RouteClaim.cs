using Flyball.Contracts.Gateway;

namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>
/// Which requests a route may take, by host and path. What else it asks of a request is left out: a host and path
/// belong to one project whatever the method. Pure.
/// </summary>
internal sealed class RouteClaim
{
    private readonly string[] segments;
    private readonly bool isPrefix;
    private readonly bool takesRest;

    public RouteClaim(string name, Route route)
    {
        Name = name;
        Route = route;
        isPrefix = route.PathKind is null or RoutePathKind.Prefix;
        // A slash at the end makes no other path here: most services answer both alike.
        string path = route.PathPrefix.Trim('/');
        segments = path.Length == 0 ? [] : path.Split('/');
        bool endsInRest = IsTemplate && segments is [.., ['{', '*', ..]];
        if (endsInRest) segments = segments[..^1];
        takesRest = isPrefix || endsInRest;
    }

    public string Name { get; }

    public Route Route { get; }

    /// <summary>Routes with different ones never meet as equals: the more specific host goes first.</summary>
    public string Door => Route.Listen is not null ? RoutePlace.Of(Route) : Route.Host ?? "";

    private bool IsTemplate => Route.PathKind == RoutePathKind.Template;

    /// <summary>
    /// Whether one of the two would take requests of the other by anything but a longer prefix, where both are of one
    /// door and of different projects. A path below a prefix of its own project is that project's anyway.
    /// </summary>
    /// <param name="mine">All of this one's project at this door.</param>
    /// <param name="other">The other project's route.</param>
    /// <param name="theirs">All of the other's project at this door.</param>
    public bool IsAgainst(IEnumerable<RouteClaim> mine, RouteClaim other, IEnumerable<RouteClaim> theirs)
    {
        if (Route.Listen is not null) return true;
        if (!Overlaps(other)) return false;
        if (isPrefix && other.isPrefix) return segments.Length == other.segments.Length;
        if (isPrefix) return !theirs.Any(one => one.HoldsBelow(this, other));
        return !other.isPrefix || !mine.Any(one => one.HoldsBelow(other, this));
    }

    /// <summary>Whether this is a longer prefix than the other project's, and the path is below it.</summary>
    private bool HoldsBelow(RouteClaim foreign, RouteClaim path) =>
        isPrefix && segments.Length > foreign.segments.Length && path.segments.AsSpan().StartsWith(segments);

    private bool Overlaps(RouteClaim other)
    {
        int both = Math.Min(segments.Length, other.segments.Length);
        for (int i = 0; i < both; i++)
        {
            bool isOpen = IsName(i) || other.IsName(i);
            if (!isOpen && segments[i] != other.segments[i]) return false;
        }

        return (segments.Length == both || other.takesRest) && (other.segments.Length == both || takesRest);
    }

    private bool IsName(int i) => IsTemplate && segments[i].StartsWith('{');
}
