using Flyball.Base.Resources;
using Flyball.Discovery.Api;
using Flyball.Discovery.Catalogue;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Discovery;

/// <summary>The doors of the discovery module.</summary>
public static class DiscoveryDoors
{
    /// <summary>
    /// Keeps the catalogue while this server holds the lease. Expects <see cref="TimeProvider"/> and
    /// <see cref="IResourceStore"/>.
    /// </summary>
    public static IServiceCollection AddDiscovery(this IServiceCollection services, DiscoveryOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Holder))
            throw new ArgumentException("Holder must name the server.", nameof(options));
        if (options.LeaseDuration < TimeSpan.FromSeconds(1))
            throw new ArgumentException("LeaseDuration must be at least 1 second.", nameof(options));
        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton<DiscoveryMetrics>();
        services.AddSingleton<CatalogueLoop>();
        services.AddHostedService<CatalogueService>();
        return services;
    }

    /// <summary><c>GET /api/flyball/v1/endpoints</c> and <c>/services</c> on the API door.</summary>
    public static IEndpointRouteBuilder MapDiscoveryApi(this IEndpointRouteBuilder api)
    {
        DiscoveryApi.Map(api);
        return api;
    }
}
