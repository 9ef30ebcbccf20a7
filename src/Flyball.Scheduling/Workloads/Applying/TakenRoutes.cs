using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose;
using Flyball.Scheduling.Http;

namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>
/// What a project's routes would take from another project's: its requests, or its host's certificate.
/// </summary>
internal static class TakenRoutes
{
    /// <exception cref="ApiRefusal">A route belongs to another project.</exception>
    public static void Refuse(ComposeResult compiled, ResourceSnapshot snapshot)
    {
        RouteClaim[] mine = [.. compiled.Routes.Select(pair => new RouteClaim(pair.Key, pair.Value))];
        ILookup<string, RouteClaim> own = mine.ToLookup(claim => claim.Door);
        ILookup<string, RouteClaim> others = snapshot.List(Kinds.Route)
            .Where(row => row.Value.Project != compiled.Project)
            .Select(row => new RouteClaim(row.Key.Name, row.Value))
            .ToLookup(claim => claim.Door);
        var taken = new List<ApiError>();
        // What stands already is not judged anew: another project's change must not hold this one's next apply up.
        foreach (RouteClaim claim in mine.Where(claim => !Stands(claim, snapshot)))
        foreach (RouteClaim other in others[claim.Door])
        {
            IEnumerable<RouteClaim> theirs = others[claim.Door].Where(one => one.Route.Project == other.Route.Project);
            if (claim.IsAgainst(own[claim.Door], other, theirs)) taken.Add(Place(claim.Route, other));
            if (HaveTwoIssuers(claim.Route, other.Route)) taken.Add(Issuer(claim.Route, other));
        }

        if (taken.Count > 0) throw ApiRefusal.Invalid("A route is another project's already.", taken);
    }

    private static bool Stands(RouteClaim claim, ResourceSnapshot snapshot) =>
        snapshot.Get(Kinds.Route, claim.Name) is { Value: var stored }
        && stored.Project == claim.Route.Project
        && stored.PathKind == claim.Route.PathKind
        && stored.Tls?.Certificate == claim.Route.Tls?.Certificate
        && RoutePlace.Of(stored) == RoutePlace.Of(claim.Route);

    private static bool HaveTwoIssuers(Route one, Route other) =>
        one.Host is not null && one.Tls?.Certificate is { } mine && other.Tls?.Certificate is { } theirs
        && mine != theirs;

    private static ApiError Place(Route route, RouteClaim other) => new()
    {
        Field = Field(route),
        Message = $"{RoutePlace.Of(route)} would share requests with {Told(other)}: "
            + "at another project's host only a longer path that is a beginning is free",
    };

    private static ApiError Issuer(Route route, RouteClaim other) => new()
    {
        Field = Field(route) + ".tls",
        Message = $"a host has one certificate, and {Told(other)} wants that of {route.Host} from "
            + $"'{other.Route.Tls!.Certificate.ToString()!.ToLowerInvariant()}'",
    };

    private static string Field(Route route) => $"services.{WorkloadName.Service(route.Service)}.x-route";

    private static string Told(RouteClaim other) =>
        $"{RoutePlace.Of(other.Route)}, the route {other.Name} of "
        + (other.Route.Project is { } project ? $"the project '{project}'" : "no project");
}
