using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Gateway.AccessLog;
using Flyball.Gateway.Api;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Certificates;
using Flyball.Gateway.Certificates.Acme;
using Flyball.Gateway.Certificates.Authority;
using Flyball.Gateway.Certificates.Keeping;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.FastPath.Securing;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Health;
using Flyball.Gateway.Limits;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Security;
using Flyball.Gateway.Security.Basic;
using Flyball.Gateway.Security.Jwt;
using Flyball.Gateway.Security.Keys;
using Flyball.Gateway.Serving;
using Flyball.Gateway.Sessions;
using Flyball.Gateway.Tcp;
using Flyball.Gateway.Telemetry;
using Flyball.Gateway.Traffic;
using Flyball.Gateway.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace Flyball.Gateway;

/// <summary>The doors of the gateway module: the gateway role, and what a server needs for its gateways.</summary>
public static class GatewayDoors
{
    /// <summary>
    /// The gateway role: its own server on its own addresses. Expects <see cref="TimeProvider"/>, <see cref="Random"/>,
    /// <see cref="IdSource"/>, <see cref="IDisk"/>, <see cref="IWorkers"/>, <see cref="ITransport"/> and a resource
    /// reader.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is out of its range; the message lists every
    /// problem.</exception>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options)
    {
        ValidateOptionsResult verdict = new GatewayOptionsValidator().Validate(null, options);
        if (verdict.Failed) throw new OptionsValidationException("gateway", typeof(GatewayOptions), verdict.Failures);

        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton(options.Outliers);
        services.AddSingleton(provider => new GatewayMetrics(
            provider.GetRequiredService<TimeProvider>(), options.MetricConsumersMax));
        services.AddSingleton(provider => RandomSequence.From(provider.GetRequiredService<Random>()));
        services.AddSingleton(provider => GatewayIdentity.Load(
            provider.GetRequiredService<IDisk>(), options.DataDirectory, provider.GetRequiredService<IdSource>()));
        AddRouting(services, options);
        AddForwarding(services, options);
        AddTls(services, options);
        services.AddSingleton<IEndpointProbe, NetworkProbe>();
        services.AddSingleton<EndpointProber>();
        services.AddSingleton<GatewaySession>();
        services.AddSingleton<TcpDoors>();
        services.AddSingleton<GatewayServer>();
        services.AddHostedService<GatewayRole>();
        return services;
    }

    /// <summary>
    /// The server's side of the gateways' control streams: an <see cref="IStreamHandler{TReceive, TSend}"/> for
    /// <see cref="GatewayMessage"/>, the one writer of gateway statuses. Expects a resource store.
    /// </summary>
    public static IServiceCollection AddGatewaySessions(this IServiceCollection services, GatewaySessionOptions options)
    {
        services.AddSingleton(options);
        // Never 0, which means that nothing is shared.
        services.AddSingleton(provider => new UseExchange(
            (long)(RandomSequence.From(provider.GetRequiredService<Random>()).Next() | 1)));
        services.AddSingleton<GatewaySessions>();
        services.AddSingleton<IStreamHandler<GatewayMessage, GatewayServerMessage>>(
            provider => provider.GetRequiredService<GatewaySessions>());
        services.AddSingleton<GatewaySweep>();
        services.AddHostedService<GatewaySweepService>();
        return services;
    }

    /// <summary>
    /// The server's side of TLS: its own authority, and certificates for the hosts of routes, issued, renewed and
    /// stored. Expects the gateways' sessions and a resource store.
    /// </summary>
    public static IServiceCollection AddCertificates(this IServiceCollection services, CertificateOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(options.Acme);
        services.AddSingleton<OwnIssuer>();
        services.AddSingleton<IAcmeChallenges, StoredChallenges>();
        services.AddSingleton<AcmeIssuer>();
        services.AddHostedService(provider => new CertificateService(
            provider.GetRequiredService<OwnIssuer>(),
            [Keeper(provider, provider.GetRequiredService<OwnIssuer>()),
                Keeper(provider, provider.GetRequiredService<AcmeIssuer>())],
            provider.GetRequiredService<ILogger<CertificateService>>()));
        return services;
    }

    /// <summary>What a gateway in a process of its own has to be told by its server.</summary>
    public static IReadOnlyList<string> WatchedKinds { get; } =
    [
        .. RoutingTable.WatchedKinds, Contracts.Kinds.Certificate.Name, Contracts.Kinds.Consumer.Name,
    ];

    /// <summary>Kinds of resources that never leave the server: no watch carries them.</summary>
    public static IReadOnlyList<string> SecretKinds { get; } =
        [AuthorityRecord.Kind.Name, AcmeAccountRecord.Kind.Name];

    private static CertificateKeeper Keeper(IServiceProvider provider, ICertificateIssuer issuer) => new(
        provider.GetRequiredService<IResourceStore>(),
        issuer,
        provider.GetRequiredService<CertificateOptions>(),
        RandomSequence.From(provider.GetRequiredService<Random>()),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<CertificateKeeper>>());

    /// <summary>The gRPC service of the control door; the host decides who may call it.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGatewaySessions(this IEndpointRouteBuilder control) =>
        control.MapGrpcService<GatewayControlService>();

    /// <summary><c>GET /api/flyball/v1/routes</c> and <c>/gateways</c> on the API door.</summary>
    public static IEndpointRouteBuilder MapGatewayApi(this IEndpointRouteBuilder api)
    {
        GatewayApi.Map(api);
        return api;
    }

    private static void AddRouting(IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(provider =>
        {
            var metrics = provider.GetRequiredService<GatewayMetrics>();
            return new RouteLabelSet(options.MetricRoutesMax, metrics.LabelsRefused, metrics.RouteKnown);
        });
        services.AddSingleton(provider =>
        {
            var metrics = provider.GetRequiredService<GatewayMetrics>();
            return new OutlierPolicy(options.Outliers, provider.GetRequiredService<TimeProvider>())
            {
                Changed = (_, isEjected) => metrics.Ejection(isEjected ? "ejected" : "returned"),
                Capped = () => metrics.Ejection("capped"),
            };
        });
        services.AddSingleton(provider => new UpstreamPolicies(
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<RandomSequence>(),
            options.RetryBudget,
            provider.GetRequiredService<OutlierPolicy>(),
            options.BalanceByLatency,
            new WaitingRoom(options.WaitingMax, options.WaitingBytesMax)));
        services.AddSingleton<RoutingTable>();
        services.AddSingleton<RoutingLoop>();
    }

    private static void AddForwarding(IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton<ForwardingClients>();
        services.AddSingleton(provider => new ForwardingRules(
            new TraceContext(provider.GetRequiredService<RandomSequence>()),
            provider.GetRequiredService<GatewayIdentity>().Id,
            options.TrustForwardedHeaders,
            options.KeepServerHeader,
            GuardSource.ProxiesOf(options)));
        services.AddSingleton(_ => CreateForwarder());
        services.AddSingleton<FaultMaker>();
        services.AddSingleton<MirrorSender>();
        services.AddSingleton<RequestForwarder>();
        services.AddSingleton<GatewayApplication>();
        services.AddSingleton<LoopParts>();
        services.AddSingleton(provider => new AccessLogWriter(
            options.AccessLog.Format,
            options.AccessLog.QueueLinesMax,
            () => OpenLog(options.AccessLog, provider.GetRequiredService<IDisk>()),
            provider.GetRequiredService<IWorkers>(),
            provider.GetRequiredService<GatewayMetrics>(),
            provider.GetRequiredService<ILogger<AccessLogWriter>>()));
    }

    private static void AddTls(IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(options.Tls);
        services.AddSingleton<TlsMetrics>();
        services.AddSingleton<CertificateTable>();
        services.AddSingleton<ClientCertificateHosts>();
        services.AddSingleton<CertificateLoop>();
        services.AddSingleton<TlsDoor>();
        services.AddSingleton<LoopTls>();
        services.AddSingleton(options.KeySets);
        services.AddSingleton<KeySets>();
        services.AddSingleton<ConsumerDirectory>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton<AuthParts>();
        services.AddSingleton(options.Limits);
        services.AddSingleton(provider => new LimitTable(
            options.Limits,
            provider.GetRequiredService<TimeProvider>(),
            (long)provider.GetRequiredService<RandomSequence>().Next(),
            () => provider.GetRequiredService<GatewayMetrics>().Refused("limit-keys")));
        services.AddSingleton<LimitShares>();
        services.AddSingleton<IGuardSource, GuardSource>();
        services.AddSingleton<SecurityLoops>();
        services.AddSingleton<StoreFollowers>();
    }

    private static ILogFile OpenLog(AccessLogOptions options, IDisk disk) => options.Path is { } path
        ? new RotatingLogFile(disk, path, options.FileBytesMax, options.FilesKept)
        : new StandardOutput();

    /// <summary>
    /// YARP's forwarder without its log: it writes two lines a request and calls a client that hung up an error. What
    /// fails is logged here, by those who know the route.
    /// </summary>
    private static IHttpForwarder CreateForwarder()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddLogging();
        services.AddHttpForwarder();
        return services.BuildServiceProvider().GetRequiredService<IHttpForwarder>();
    }
}
