using Flyball.Base.Disk;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Identity;
using Flyball.Store.Api;
using Flyball.Store.Remote;
using Flyball.Store.Sqlite;
using Flyball.Store.Watching;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flyball.Store;

/// <summary>What a composition root calls.</summary>
public static class StoreDoors
{
    /// <summary>
    /// The store on SQLite as <see cref="IResourceStore"/>, <see cref="IResourceReader"/>, <see cref="ILeases"/>,
    /// <see cref="IJournal"/> and <see cref="IStoreBackup"/>; opened at its first use, closed with the container.
    /// </summary>
    /// <exception cref="OptionsValidationException">
    /// An option is out of its range; the message lists every problem.
    /// </exception>
    public static IServiceCollection AddSqliteStore(this IServiceCollection services, SqliteStoreOptions options)
    {
        ValidateOptionsResult verdict = new SqliteStoreOptionsValidator().Validate(null, options);
        if (verdict.Failed) throw new OptionsValidationException("store", typeof(SqliteStoreOptions), verdict.Failures);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IWorkers>(PoolWorkers.Instance);
        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton(provider => new SqliteResourceStore(
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IWorkers>(),
            provider.GetRequiredService<ILogger<SqliteResourceStore>>()));
        services.AddSingleton<IResourceStore>(provider => provider.GetRequiredService<SqliteResourceStore>());
        services.AddSingleton<IResourceReader>(provider => provider.GetRequiredService<SqliteResourceStore>());
        services.AddSingleton<ILeases>(provider => provider.GetRequiredService<SqliteResourceStore>());
        services.AddSingleton<IJournal>(provider => provider.GetRequiredService<SqliteResourceStore>());
        services.AddSingleton<IStoreBackup>(provider => provider.GetRequiredService<SqliteResourceStore>());
        services.AddSingleton(provider => new WatchHandler(
            provider.GetRequiredService<SqliteResourceStore>(),
            provider.GetRequiredService<TimeProvider>(),
            options.KindsWithheld,
            options.KindsConfidential));
        services.AddGrpc();
        return services;
    }

    /// <summary>
    /// A reader of the store behind the registered <see cref="ITransport"/> as <see cref="IResourceReader"/>, started
    /// with the host. Needs an <see cref="ITransport"/> and a seeded <see cref="Random"/> made by
    /// <paramref name="random"/>.
    /// </summary>
    /// <exception cref="OptionsValidationException">
    /// An option is out of its range; the message lists every problem.
    /// </exception>
    public static IServiceCollection AddRemoteReader(
        this IServiceCollection services, RemoteReaderOptions options, Func<Random> random)
    {
        string[] problems = [.. options.Problems()];
        if (problems.Length > 0) throw new OptionsValidationException("store", typeof(RemoteReaderOptions), problems);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IWorkers>(PoolWorkers.Instance);
        services.TryAddSingleton<IDisk>(PhysicalDisk.Instance);
        services.AddLogging();
        services.AddSingleton(provider => new RemoteResourceReader(
            options,
            provider.GetRequiredService<ITransport>(),
            provider.GetRequiredService<IDisk>(),
            provider.GetRequiredService<IWorkers>(),
            provider.GetRequiredService<TimeProvider>(),
            random(),
            provider.GetRequiredService<ILogger<RemoteResourceReader>>()));
        services.AddSingleton<IResourceReader>(provider => provider.GetRequiredService<RemoteResourceReader>());
        services.AddSingleton(options);
        services.AddHostedService<RemoteReaderService>();
        return services;
    }

    /// <summary>
    /// Serves watches on the store over gRPC, on the control door, to who satisfies <see cref="Policies.Control"/>.
    /// </summary>
    public static GrpcServiceEndpointConventionBuilder MapStore(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcService<StoreWatchService>().RequireAuthorization(Policies.Control);

    /// <summary>
    /// The API's <c>/watch</c> and <c>/journal</c>, on the API door, to who satisfies <see cref="Policies.Read"/>.
    /// </summary>
    public static void MapStoreApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup("/api/flyball/v1");
        IServiceProvider services = endpoints.ServiceProvider;
        IResourceReader reader = services.GetRequiredService<IResourceReader>();
        IJournal journal = services.GetRequiredService<IJournal>();
        SqliteStoreOptions options = services.GetRequiredService<SqliteStoreOptions>();
        api.MapGet("/watch", (RequestDelegate)(context => WatchApi.WatchAsync(context, reader, options)))
            .RequireAuthorization(Policies.Read);
        api.MapGet("/journal/{table}", (RequestDelegate)(context => JournalApi.ListAsync(context, journal)))
            .RequireAuthorization(Policies.Read);
    }

    /// <summary>Serves watches on <paramref name="store"/> to roles of the same process.</summary>
    /// <exception cref="ArgumentException">The store is not one of this project's.</exception>
    public static InProcessTransport HandleStore(
        this InProcessTransport transport,
        IResourceStore store,
        TimeProvider time,
        IReadOnlyList<string>? kindsConfidential = null,
        params IReadOnlyList<string> kindsWithheld)
    {
        if (store is not IWatchSource source)
            throw new ArgumentException("This store cannot be watched remotely.", nameof(store));
        transport.Handle(StreamMethods.StoreWatch, new WatchHandler(source, time, kindsWithheld, kindsConfidential));
        return transport;
    }
}
