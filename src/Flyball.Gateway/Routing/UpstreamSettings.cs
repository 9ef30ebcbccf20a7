using Flyball.Contracts.Gateway;

namespace Flyball.Gateway.Routing;

/// <summary>
/// How a route wants its service's endpoints to be used. Routes that want the same share an upstream with its counts.
/// </summary>
internal sealed record UpstreamSettings(RouteBalance? Balance, RouteLimits? Limits)
{
    public static readonly UpstreamSettings Plain = new(null, null);

    /// <summary>Two settings of one text are the same; empty for plain ones.</summary>
    public string Key => Balance is null && Limits is null ? "" : $"{Balance} {Limits}";

    /// <summary>What a route says about its upstreams.</summary>
    public static UpstreamSettings Of(Route route)
    {
        // Who sits where concerns requests, not the endpoints.
        RouteBalance? balance = route.Balance is { } asked
            ? new RouteBalance { Kind = asked.Kind, HashOf = asked.HashOf, SlowStart = asked.SlowStart }
            : null;
        return balance is null && route.Limits is null ? Plain : new UpstreamSettings(balance, route.Limits);
    }
}
