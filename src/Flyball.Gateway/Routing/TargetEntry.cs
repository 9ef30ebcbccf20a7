using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Routing;

/// <summary>One of the upstreams that a route leads to, with its share and its metric labels.</summary>
internal sealed record TargetEntry(Upstream Upstream, int Weight, RouteLabels Labels);
