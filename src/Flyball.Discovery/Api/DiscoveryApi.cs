using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Identity;
using Flyball.Discovery.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Flyball.Discovery.Api;

/// <summary>Lists of endpoints and services.</summary>
internal static class DiscoveryApi
{
    public const string Root = "/api/flyball/v1";

    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder api = routes.MapGroup(Root).RequireAuthorization(Policies.Read);
        api.MapGet("/endpoints", (string? service, IResourceReader store) =>
            Results.Json(Endpoints(store.Current, service), DiscoveryJson.Default.EndpointViewArray));
        api.MapGet("/services", (IResourceReader store) =>
            Results.Json(Services(store.Current), DiscoveryJson.Default.ServiceViewArray));
        api.MapGet("/sources", (SourcesService sources) =>
            Results.Json([.. sources.Statuses()], DiscoveryJson.Default.SourceStatusArray));
    }

    /// <param name="snapshot">What is known.</param>
    /// <param name="service">Only this service's, by its whole name (<c>project.service</c>) or the part after the
    /// dot.</param>
    public static EndpointView[] Endpoints(ResourceSnapshot snapshot, string? service) =>
        [.. snapshot.List(Kinds.Endpoint)
            .Where(endpoint => service is null || endpoint.Value.Service == service
                || endpoint.Value.Service.EndsWith("." + service, StringComparison.Ordinal))
            .Select(EndpointView.Of)
            .OrderBy(endpoint => endpoint.Service, StringComparer.Ordinal)
                .ThenBy(endpoint => endpoint.Name, StringComparer.Ordinal)];

    public static ServiceView[] Services(ResourceSnapshot snapshot) =>
        [.. snapshot.List(Kinds.Endpoint).Select(endpoint => endpoint.Value)
            .GroupBy(endpoint => endpoint.Service, StringComparer.Ordinal)
            .OrderBy(service => service.Key, StringComparer.Ordinal)
            .Select(ServiceView.Of)];
}
