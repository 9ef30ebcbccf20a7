using Flyball.Agent.Allocations;
using Flyball.Agent.Drivers;
using Flyball.Agent.Drivers.Docker;
using Flyball.Agent.Drivers.Process;
using Flyball.Agent.Drivers.Process.Cgroups;
using Flyball.Agent.Health;
using Flyball.Agent.Logs;
using Flyball.Agent.Nodes;
using Flyball.Agent.Ports;
using Flyball.Agent.ServiceLinks;
using Flyball.Agent.Session;
using Flyball.Agent.Sessions;
using Flyball.Agent.Sessions.Http;
using Flyball.Agent.Sessions.Telemetry;
using Flyball.Agent.Telemetry;
using Flyball.Base.Ids;
using Flyball.Base.Transport;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;
using Flyball.Contracts.Identity;
using Flyball.Contracts.Telemetry.Wire;
using Flyball.Contracts.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flyball.Agent;

/// <summary>What a composition root calls: the node's half, the server's half, and their addresses.</summary>
public static class AgentDoors
{
    /// <summary>
    /// The agent of this node as a hosted service. Needs an <see cref="ITransport"/> to the server,
    /// <see cref="TimeProvider"/>, a seeded <see cref="Random"/>, <see cref="IdSource"/>, <c>IDisk</c> and
    /// <c>IWorkers</c>.
    /// </summary>
    /// <exception cref="OptionsValidationException">An option is out of its range; the message lists every
    /// problem.</exception>
    public static IServiceCollection AddAgent(this IServiceCollection services, AgentOptions options)
    {
        ValidateOptionsResult verdict = new AgentOptionsValidator().Validate(null, options);
        if (verdict.Failed) throw new OptionsValidationException("agent", typeof(AgentOptions), verdict.Failures);
        services.AddSingleton(options);
        services.AddDrivers();
        if (options.DockerEndpoint != "") services.AddDockerDriver();
        services.AddAllocations(options);
        services.AddSingleton<ReportOutbox>();
        services.AddSingleton<IAllocationReports>(p => p.GetRequiredService<ReportOutbox>());
        services.AddSingleton<UsageCollector>();
        services.AddSingleton<DriverWatch>();
        services.AddSingleton<DataStreams>();
        services.AddSingleton<INodeFingerprint, NodeFingerprint>();
        services.AddSingleton<SessionParts>();
        services.AddSingleton<AgentSession>();
        services.AddSingleton<NodeAgent>(CreateNodeAgent);
        services.AddNodeTelemetry(options);
        // Before the agent: no task starts before the door is open, and none stops after it was closed.
        services.AddHostedService<TelemetryServer>();
        services.AddHostedService<AgentHost>();
        return services;
    }

    /// <summary>
    /// The server's end of agents' streams: <c>IStreamHandler</c>s, <see cref="IAllocationAccess"/>,
    /// <see cref="IUsageView"/>. Needs an <c>IResourceStore</c>, <see cref="TimeProvider"/> and <see cref="IdSource"/>.
    /// </summary>
    public static IServiceCollection AddAgentSessions(this IServiceCollection services, AgentSessionOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(p => new ServerIdentity(
            p.GetRequiredService<IdSource>().Next(), p.GetRequiredService<TimeProvider>().GetUtcNow()
                .ToUnixTimeMilliseconds()));
        services.AddSingleton<NodeWriter>();
        services.AddSingleton<StatusWriter>();
        services.AddSingleton<AssignmentFeed>();
        services.AddSingleton<NodeSessions>();
        services.AddSingleton<NodeWatch>();
        services.AddSingleton<AllocationAccess>();
        services.AddSingleton<WorkloadLogs>();
        services.AddSingleton<IUsageView>(p => p.GetRequiredService<NodeSessions>());
        services.AddSingleton<IAllocationAccess>(p => p.GetRequiredService<AllocationAccess>());
        services.AddSingleton<IStreamHandler<AgentMessage, ServerMessage>>(p => p.GetRequiredService<NodeSessions>());
        services.AddSingleton<IStreamHandler<DataFrame, DataFrame>, DataStreamHandler>();
        services.AddSingleton<IStreamHandler<TelemetryMessage, TelemetryServerMessage>, TelemetryReceiver>();
        services.AddHostedService<SessionsHost>();
        // A request of a service as large as the doors take it, and its stamps.
        services.AddGrpc().AddServiceOptions<TelemetryControlService>(
            service => service.MaxReceiveMessageSize = GrpcTransport.MessageBytesMax);
        return services;
    }

    /// <summary>
    /// The API's <c>/nodes</c>, <c>/usage</c>, logs and exec; <paramref name="api"/> is the group of the API's prefix.
    /// </summary>
    public static IEndpointRouteBuilder MapAgentSessions(this IEndpointRouteBuilder api)
    {
        NodeRoutes.Map(api);
        LogRoutes.Map(api);
        ExecRoutes.Map(api);
        return api;
    }

    /// <summary>The control door's gRPC services for agents, and for the telemetry of all roles.</summary>
    public static IEndpointRouteBuilder MapAgentControl(this IEndpointRouteBuilder control)
    {
        control.MapGrpcService<AgentControlService>().RequireAuthorization(Policies.Control);
        control.MapGrpcService<TelemetryControlService>().RequireAuthorization(Policies.Control);
        return control;
    }

    private static NodeAgent CreateNodeAgent(IServiceProvider p) => new(
        p.GetRequiredService<AllocationTable>(),
        p.GetRequiredService<AgentSession>(),
        p.GetRequiredService<SessionParts>(),
        new MachineParts(p.GetRequiredService<LogPump>(), p.GetRequiredService<LinkTable>(),
            p.GetService<DockerSweep>()),
        p.GetRequiredService<AgentOptions>(),
        p.GetRequiredService<TimeProvider>(),
        p.GetRequiredService<ILogger<NodeAgent>>());

    private static void AddDrivers(this IServiceCollection services)
    {
        services.AddSingleton(_ => NoCgroups.Choose(CgroupMounts.Detect()));
        services.AddSingleton<LogPump>();
        services.AddSingleton<ExitWatcher>();
        services.AddSingleton<LinkCatalogue>();
        services.AddSingleton<LinkTable>();
        services.AddSingleton<ILinkEnvironment>(p => p.GetRequiredService<LinkTable>());
        services.AddSingleton<ITaskDriver, ProcessDriver>();
        services.AddSingleton<DriverSet>();
    }

    private static void AddDockerDriver(this IServiceCollection services)
    {
        services.AddSingleton<DockerEngine>();
        services.AddSingleton<IContextSource, BuildContextFetch>();
        services.AddSingleton<DockerImages>();
        services.AddSingleton<BridgeDoors>();
        services.AddSingleton<DockerNetworks>();
        services.AddSingleton<ITaskDriver, DockerDriver>();
        services.AddSingleton<DockerSweep>();
    }

    private static void AddAllocations(this IServiceCollection services, AgentOptions options)
    {
        services.AddSingleton<IPortProbe, SocketPortProbe>();
        services.AddSingleton<PortAllocator>();
        services.AddSingleton<INetworkProbe, NetworkProbe>();
        services.AddSingleton<HealthProber>();
        services.AddSingleton(p => new AllocationFiles(
            p.GetRequiredService<Base.Disk.IDisk>(), Path.Combine(options.DataDirectory, "allocations")));
        services.AddSingleton<RunnerParts>();
        services.AddSingleton<AllocationTable>();
    }
}
