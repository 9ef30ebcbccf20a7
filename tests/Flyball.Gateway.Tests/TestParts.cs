using Flyball.Base.Resources;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Telemetry;
using Microsoft.Extensions.Time.Testing;

namespace Flyball.Gateway.Tests;

/// <summary>The pure parts, without sockets.</summary>
internal static class TestParts
{
    public static UpstreamPolicies Policies(
        TimeProvider? time = null, OutlierOptions? outliers = null, bool useLatency = false) => new(
        time ?? new FakeTimeProvider(),
        new RandomSequence(11),
        new RetryBudgetOptions(),
        new OutlierPolicy(outliers ?? new OutlierOptions(), time ?? new FakeTimeProvider()),
        useLatency);

    public static RoutingTable Table() => new(Policies(), new RouteLabelSet(1000));

    public static Endpoint Endpoint(
        string allocation = "a", int port = 1000, HealthState health = HealthState.Passing, bool draining = false,
        string service = "s", string portName = "http", int weight = 1) => new()
    {
        Service = service, Port = portName, Allocation = allocation, Version = 1, Node = "n", Address = "10.0.0.1",
        PortNumber = port, Health = health, Draining = draining, Weight = weight,
    };

    public static UpstreamEndpoint Live(string name, int weight = 1) =>
        new(name, Endpoint(name, weight: weight), () => { }, new FakeTimeProvider());

    public static EndpointSet Set(int count) => new([.. Enumerable.Range(0, count).Select(i => Live("e" + i))]);

    public static RouteEntry Entry(string name, string? host, string prefix) =>
        Entry(name, new Route { Host = host, PathPrefix = prefix, Service = "s" });

    public static RouteEntry Entry(string name, Route route) => new(
        name, route,
        new RouteTargets(
            [new TargetEntry(new Upstream(route.Service, null, Policies()), 1, new RouteLabels(name, route.Service))],
            new RandomSequence(3)));

    public static ResourceChange Put<T>(ResourceKind<T> kind, string name, T value, long revision) where T : class =>
        ResourceChange.Put(new StoredResource(kind.Key(name), new Revision(revision), kind.Encode(value)));

    public static ResourceChange Delete<T>(ResourceKind<T> kind, string name, long revision) where T : class =>
        ResourceChange.Delete(kind.Key(name), new Revision(revision));
}
