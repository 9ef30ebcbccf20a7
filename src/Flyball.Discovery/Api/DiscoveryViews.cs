using System.Text.Json.Serialization;
using Flyball.Base.Resources;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Discovery;
using Flyball.Discovery.Sources;

namespace Flyball.Discovery.Api;

/// <summary>An endpoint as the API shows it.</summary>
internal sealed record EndpointView(
    string Name, long Revision, string Service, string Port, string Address, int PortNumber, string Protocol,
    HealthState Health, bool Draining, int Version, string Allocation, string Node, int Weight)
{
    public static EndpointView Of(Resource<Endpoint> endpoint)
    {
        Endpoint value = endpoint.Value;
        return new EndpointView(
            endpoint.Key.Name, endpoint.Revision.Value, value.Service, value.Port, value.Address, value.PortNumber,
            value.Protocol,
            value.Health, value.Draining, value.Version, value.Allocation, value.Node, value.Weight);
    }
}

/// <summary>A service as the API shows it: how many endpoints it has, and how they are.</summary>
internal sealed record ServiceView(
    string Name, IReadOnlyList<string> Ports, int Endpoints, int Passing, int Critical, int Draining)
{
    public static ServiceView Of(IGrouping<string, Endpoint> service) => new(
        service.Key,
        [.. service.Select(endpoint => endpoint.Port).Distinct().Order(StringComparer.Ordinal)],
        service.Count(),
        service.Count(endpoint => endpoint is { Health: HealthState.Passing, Draining: false }),
        service.Count(endpoint => endpoint is { Health: HealthState.Critical, Draining: false }),
        service.Count(endpoint => endpoint.Draining));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EndpointView[]))]
[JsonSerializable(typeof(ServiceView[]))]
[JsonSerializable(typeof(SourceStatus[]))]
internal sealed partial class DiscoveryJson : JsonSerializerContext;
