using System.Text;
using Flyball.Contracts;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing.Actions;
using Flyball.Gateway.Routing.Conditions;
using Flyball.Gateway.Routing.Paths;
using Flyball.Gateway.Security.Addresses;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Routing;

/// <summary>
/// A route as requests meet it on either path, compiled once: what it matches, the guards that a request has to pass,
/// and what then happens to it. Immutable.
/// </summary>
internal sealed class RouteEntry
{
    public RouteEntry(
        string name, Route route, RouteTargets targets, IReadOnlyList<IRouteGuard>? guards = null,
        TrustedProxies? proxies = null)
    {
        Name = name;
        Route = route;
        Targets = targets;
        Guards = [.. guards ?? []];
        Proxies = proxies;
        Host = RouteHost.Parse(route.Host);
        Path = PathPattern.Of(route);
        Conditions = new RouteConditions(route);
        IsHttp2 = string.Equals(route.Protocol, "h2c", StringComparison.OrdinalIgnoreCase);
        Action = RouteAction.Of(route, Path);
        Prefix = Path.Template is null ? Path.Text : "";
        PrefixBytes = Encoding.UTF8.GetBytes(Prefix);
        // The table that explains routes makes no guards.
        IsGuarded = Guards.Length > 0 || Action is AnswerAction { Status: >= 400 }
            || route is { Auth: not null } or { Addresses: not null } or { HeaderBytesMax: not null }
                or { RateLimits.Count: > 0 } or { Tls: not null } or { Cors: not null };
        GuardsAreQuick = Guards.All(guard => guard.IsQuick);
        LoopsServe = Action.LoopsDo && !IsHttp2 && Guards.All(guard => guard.LoopsDo);
    }

    /// <summary>The resource's name.</summary>
    public string Name { get; }

    public Route Route { get; }

    public RouteHost Host { get; }

    public PathPattern Path { get; }

    public RouteConditions Conditions { get; }

    /// <summary>In the order in which they are asked.</summary>
    public IRouteGuard[] Guards { get; }

    /// <summary>Not every request is let through to the back end.</summary>
    public bool IsGuarded { get; }

    /// <summary>None of the guards takes longer than a loop may be held up.</summary>
    public bool GuardsAreQuick { get; }

    /// <summary>Through whom the guards see a request's client; null for nobody.</summary>
    public TrustedProxies? Proxies { get; }

    public RouteAction Action { get; }

    /// <summary>Never empty: a route that forwards nothing has the service that it belongs to.</summary>
    public RouteTargets Targets { get; }

    /// <summary>The first target's, for what is not about one request.</summary>
    public Upstream Upstream => Targets.First.Upstream;

    /// <summary>The first target's metric labels.</summary>
    public RouteLabels Labels => Targets.First.Labels;

    /// <summary>The path's beginning without its last slash; empty for all paths and for templates.</summary>
    public string Prefix { get; }

    /// <summary>The prefix as it stands in a request that does not encode it.</summary>
    public byte[] PrefixBytes { get; }

    /// <summary>True when the back end speaks HTTP/2 without TLS.</summary>
    public bool IsHttp2 { get; }

    /// <summary>
    /// Nothing in it needs the other path; decided once a route, so that no request pays for the question.
    /// </summary>
    public bool LoopsServe { get; }

    /// <summary>It is what the record says, member by member.</summary>
    public bool Is(Route other) =>
        Route == other || Kinds.Route.Encode(Route).AsSpan().SequenceEqual(Kinds.Route.Encode(other));
}
