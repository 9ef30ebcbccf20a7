using Flyball.Base.Resources;
using Flyball.Discovery.Api;
using Flyball.Discovery.Catalogue;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Consul;
using Flyball.Discovery.Dns;
using Flyball.Discovery.Etcd;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Parking;
using Flyball.Discovery.Registrations;
using Flyball.Discovery.Sources;
using Flyball.Discovery.Upsync;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Flyball.Discovery;

/// <summary>The doors of the discovery module.</summary>
public static class DiscoveryDoors
{
    /// <summary>
    /// Keeps the catalogue while this server holds the lease, and opens the doors by which others read it and register
    /// with it. Expects <see cref="TimeProvider"/>, <see cref="Random"/> for any thread, and
    /// <see cref="IResourceStore"/>.
    /// </summary>
    public static IServiceCollection AddDiscovery(this IServiceCollection services, DiscoveryOptions options)
    {
        string[] problems = [.. options.Problems()];
        if (problems.Length > 0) throw new ArgumentException(string.Join(' ', problems), nameof(options));
        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton<DiscoveryMetrics>();
        services.AddSingleton<CatalogueLoop>();
        services.AddHostedService<CatalogueService>();
        AddRegistrations(services);
        services.AddSingleton<SourcesService>();
        services.AddHostedService(provider => provider.GetRequiredService<SourcesService>());
        AddHttpDoors(services);
        services.AddSingleton<DnsAnswerer>();
        services.AddSingleton<DnsTcp>();
        services.AddHostedService<DnsServer>();
        return services;
    }

    private static void AddRegistrations(IServiceCollection services)
    {
        services.AddSingleton<Transactor>();
        services.AddSingleton<AuditBudget>();
        services.AddHostedService<AuditSummaries>();
        services.AddSingleton<Registrar>();
        services.AddSingleton<LockDelays>();
        services.AddSingleton<KvStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<CheckTimetable>();
        services.AddSingleton<CheckBook>();
        services.AddSingleton<IRegistrationObserver>(provider => provider.GetRequiredService<CheckBook>());
        services.AddSingleton<ICheckProbe, NetworkCheckProbe>();
        services.AddSingleton<CheckStates>();
        services.AddSingleton<CheckProbes>();
        services.AddSingleton<CheckRunner>();
        services.AddSingleton<SessionKeeper>();
        services.AddSingleton<EtcdHistory>();
        services.AddSingleton<CatalogueIndex>();
        services.AddSingleton(provider => provider.GetRequiredService<CatalogueIndex>().Kv);
        services.AddHostedService<CatalogueIndexService>();
        services.AddHostedService<CheckingService>();
    }

    private static void AddHttpDoors(IServiceCollection services)
    {
        services.AddSingleton<DoorTransport>();
        services.AddSingleton<BlockingQueries>();
        services.AddSingleton<KeyReader>();
        services.AddSingleton<CheckOwners>();
        services.AddSingleton<AgentServices>();
        services.AddSingleton<AgentChecks>();
        services.AddSingleton<AgentSelf>();
        services.AddSingleton<AgentRoutes>();
        services.AddSingleton<CatalogueWrites>();
        services.AddSingleton<CatalogueRoutes>();
        services.AddSingleton<HealthRoutes>();
        services.AddSingleton<KvRoutes>();
        services.AddSingleton<SessionReader>();
        services.AddSingleton<SessionRoutes>();
        services.AddSingleton<StatusRoutes>();
        services.AddSingleton<DoorParts>();
        services.AddSingleton<ConsulApplication>();
        services.AddSingleton<EtcdTree>();
        services.AddSingleton<EtcdWrites>();
        services.AddSingleton<EtcdApplication>();
        services.AddHostedService<HttpDoors>();
    }

    /// <summary><c>GET /api/flyball/v1/endpoints</c>, <c>/services</c> and <c>/sources</c> on the API door.</summary>
    public static IEndpointRouteBuilder MapDiscoveryApi(this IEndpointRouteBuilder api)
    {
        DiscoveryApi.Map(api);
        return api;
    }
}
