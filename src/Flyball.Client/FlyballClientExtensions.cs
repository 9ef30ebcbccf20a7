using Flyball.Client;
using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.ServiceDiscovery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Flyball's catalogue to an application.</summary>
public static class FlyballClientExtensions
{
    /// <summary>
    /// <c>HttpClient</c>s with <c>AddServiceDiscovery()</c> find services in the catalogue, and gRPC channels by
    /// <c>flyball:///NAME</c>. May be called before or after <c>AddServiceDiscovery</c>.
    /// </summary>
    /// <param name="services">The application's.</param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    public static IServiceCollection AddFlyballDiscovery(
        this IServiceCollection services, Action<FlyballDiscoveryOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddServiceDiscoveryCore();
        services.AddOptions<FlyballDiscoveryOptions>()
            .Validate(
                options => options.Wait >= TimeSpan.FromSeconds(1) && options.Wait <= TimeSpan.FromMinutes(10),
                "Wait must be 1 second to 10 minutes.")
            .Validate(
                options => options.Address.IsAbsoluteUri && options.Address.Scheme is "http" or "https",
                "Address must be an absolute URL of http or https.");
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ServiceWatches>();
        // First of all providers: the one that passes names on to DNS takes every name that none before it knows.
        services.Insert(0, ServiceDescriptor.Singleton<IServiceEndpointProviderFactory, FlyballEndpoints>());
        services.AddSingleton<ResolverFactory, FlyballResolverFactory>();
        return services;
    }
}
