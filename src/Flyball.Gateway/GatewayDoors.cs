using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Gateway.Wire;
using Flyball.Gateway.AccessLog;
using Flyball.Gateway.Api;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Health;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Serving;
using Flyball.Gateway.Sessions;
using Flyball.Gateway.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
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
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton(provider => RandomSequence.From(provider.GetRequiredService<Random>()));
        services.AddSingleton(provider => GatewayIdentity.Load(
            provider.GetRequiredService<IDisk>(), options.DataDirectory, provider.GetRequiredService<IdSource>()));
        AddRouting(services, options);
        AddForwarding(services, options);
        services.AddSingleton<IEndpointProbe, NetworkProbe>();
        services.AddSingleton<EndpointProber>();
        services.AddSingleton<GatewaySession>();
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
        services.AddSingleton<GatewaySessions>();
        services.AddSingleton<IStreamHandler<GatewayMessage, GatewayServerMessage>>(
            provider => provider.GetRequiredService<GatewaySessions>());
        services.AddSingleton<GatewaySweep>();
        services.AddHostedService<GatewaySweepService>();
        return services;
    }

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
        services.AddSingleton(provider => new RouteLabelSet(
            options.MetricRoutesMax, provider.GetRequiredService<GatewayMetrics>().LabelsRefused));
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
            options.BalanceByLatency));
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
            options.KeepServerHeader));
        services.AddSingleton(_ => CreateForwarder());
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
