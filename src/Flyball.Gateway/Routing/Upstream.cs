using Flyball.Gateway.Balancing;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;

namespace Flyball.Gateway.Routing;

/// <summary>
/// A service's port as routes lead to it. Routes keep hold of the object; when an endpoint changes only its
/// <see cref="Endpoints"/> are replaced, so the change costs the same with one route and with ten thousand.
/// </summary>
internal sealed class Upstream(string service, string? port, UpstreamPolicies policies)
{
    private volatile EndpointSet endpoints = EndpointSet.Empty;

    public string Service => service;

    /// <summary>The port's name that the routes ask for; null for the service's first.</summary>
    public string? Port => port;

    public EndpointSet Endpoints => endpoints;

    public EndpointPicker Picker { get; } = new(policies.Random.Fork(), policies.UseLatency);

    public RetryBudget Budget { get; } = new(policies.Budget, policies.Time);

    public OutlierPolicy Outliers => policies.Outliers;

    /// <summary>Routes that lead here; written by the routing table only, which drops the upstream at zero.</summary>
    public int RouteCount { get; set; }

    public void Replace(EndpointSet next) => endpoints = next;
}
