using Flyball.Agent;
using Flyball.Apis;
using Flyball.Autoscaling;
using Flyball.Backup;
using Flyball.Base.Transport;
using Flyball.Contracts;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Contracts.Telemetry.Wire;
using Flyball.Discovery;
using Flyball.Gateway;
using Flyball.Gateway.Certificates;
using Flyball.Identity;
using Flyball.Metrics;
using Flyball.Scheduling;
using Flyball.Settings;
using Flyball.Store;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Flyball.Hosting;

/// <summary>Puts a server together: one list of modules, one list of doors.</summary>
internal static class ServerComposition
{
    public const string AdminTokenFile = "admin.token";

    public const string JoinTokenFile = "join.token";

    public const string StoreFolder = "store";

    /// <summary>Connections to the API at a time; one more is closed at once.</summary>
    private const int ApiConnectionsMax = 2_000;

    /// <summary>A request's body where an endpoint says nothing else: enough for any JSON of ours.</summary>
    private const long BodyBytesMax = 1024 * 1024;

    /// <param name="all">Also an agent and a gateway, in this process.</param>
    /// <param name="stopTasksOnExit">What the agent started ends with this process (<c>flyball up</c>).</param>
    public static WebApplication Build(ServerSettings settings, DataDirectory data, bool all, bool stopTasksOnExit)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddPlatformLogging(settings.LogLevel);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, settings));
        IServiceCollection services = builder.Services;
        services.AddPlatform();
        services.AddRoutingCore();
        services.AddSingleton<IHostLifetime, CommandLifetime>();
        services.AddSingleton<RequestEnd>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(60));
        AddState(services, data);
        services.AddSingleton<ServerStart>();
        services.AddSingleton(data);
        services.AddSingleton<DataBackup>();
        // Before whatever measures: what starts first stops last.
        services.AddMetrics(settings.Metrics with { Version = VersionApi.Version });
        services.AddOwnMetrics(
            settings, "server", FormattableString.Invariant($"{Environment.MachineName}:{settings.Api.Port}"));
        services.AddDiscovery(settings.Discovery with { Holder = Environment.MachineName });
        services.AddAutoscaling(settings.Autoscaling);
        services.AddScheduling(new SchedulingOptions { DataDirectory = data.Path });
        services.AddApis(new ApisOptions { Holder = Environment.MachineName });
        services.AddAgentSessions(new AgentSessionOptions());
        services.AddGatewaySessions(new GatewaySessionOptions());
        services.AddCertificates(new CertificateOptions { Holder = Environment.MachineName, Acme = settings.Acme });
        if (all)
        {
            services.AddSingleton<ITransport>(InProcess);
            services.AddAgent(RoleOptions.Agent(settings, stopTasksOnExit));
            services.AddGateway(RoleOptions.Gateway(settings));
        }
        // Not where requests pass through this process: a gateway allocates little at any load, and would look idle.
        else services.AddHostedService<MemoryTrim>();

        WebApplication app = builder.Build();
        Map(app, settings);
        return app;
    }

    /// <summary>What a data directory holds by itself: the store, and who is known.</summary>
    public static void AddState(IServiceCollection services, DataDirectory data)
    {
        services.AddSqliteStore(
            new SqliteStoreOptions
            {
                Directory = data.Combine(StoreFolder),
                KindsWithheld = [.. IdentityDoors.SecretKinds, .. GatewayDoors.SecretKinds],
                KindsConfidential = Kinds.Confidential,
            });
        services.AddIdentity(new IdentityOptions
        {
            AdminTokenFile = data.Combine(AdminTokenFile),
            JoinTokenFile = data.Combine(JoinTokenFile),
        });
    }

    private static void Listen(KestrelServerOptions kestrel, ServerSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ApiConnectionsMax;
        kestrel.Limits.MaxConcurrentUpgradedConnections = ApiConnectionsMax;
        kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
        kestrel.Listen(settings.Api, listen => listen.Protocols = HttpProtocols.Http1);
        kestrel.Listen(settings.Control, listen => listen.Protocols = HttpProtocols.Http2);
    }

    private static void Map(WebApplication app, ServerSettings settings)
    {
        app.Use(app.Services.GetRequiredService<RequestEnd>().RunAsync);
        // One pipeline serves both doors; each shows only what belongs to it.
        app.Use((context, next) =>
        {
            bool isControl = context.Connection.LocalPort == settings.Control.Port;
            bool isGrpc = context.Request.Path.StartsWithSegments("/flyball.store.v1.StoreWatch")
                || context.Request.Path.StartsWithSegments("/flyball.agent.v1.AgentControl")
                || context.Request.Path.StartsWithSegments("/flyball.telemetry.v1.TelemetryControl")
                || context.Request.Path.StartsWithSegments("/flyball.gateway.v1.GatewayControl");
            if (isControl == isGrpc) return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        app.UseWebSockets();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapStore();
        app.MapAgentControl();
        app.MapGatewaySessions().RequireAuthorization(Contracts.Identity.Policies.Control);
        app.MapStoreApi();
        app.MapScheduling();
        app.MapAutoscaling();
        app.MapDiscoveryApi();
        app.MapGatewayApi();
        app.MapApis();
        app.MapMetrics();
        app.MapGroup("/api/flyball/v1").MapAgentSessions();
        VersionApi.Map(app);
        BackupApi.Map(app);
    }

    private static InProcessTransport InProcess(IServiceProvider services)
    {
        var transport = new InProcessTransport();
        transport.Handle(
            StreamMethods.AgentControl, services.GetRequiredService<IStreamHandler<AgentMessage, ServerMessage>>());
        transport.Handle(StreamMethods.AgentData, services.GetRequiredService<IStreamHandler<DataFrame, DataFrame>>());
        transport.Handle(StreamMethods.Telemetry,
            services.GetRequiredService<IStreamHandler<TelemetryMessage, TelemetryServerMessage>>());
        transport.Handle(StreamMethods.GatewayControl, services.GetRequiredService<IStreamHandler<GatewayMessage,
            GatewayServerMessage>>());
        return transport;
    }
}
