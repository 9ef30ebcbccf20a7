using Flyball.Agent.Allocations;
using Flyball.Agent.Hosts;
using Flyball.Agent.Session;
using Flyball.Base.Disk;
using Flyball.Base.Spooling;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Telemetry;

/// <summary>What a node measures and takes from its tasks, and its way to the server.</summary>
internal static class TelemetryParts
{
    public static void AddNodeTelemetry(this IServiceCollection services, AgentOptions options)
    {
        services.AddSingleton(p => new TelemetryForwarder(
            new Spool(
                new SpoolOptions
                {
                    Directory = Path.Combine(options.DataDirectory, "telemetry"),
                    DiskBytesMax = options.TelemetryBufferBytesMax,
                    PendingBytesMax = options.TelemetryMemoryBytesMax,
                },
                p.GetRequiredService<IDisk>(), p.GetRequiredService<IWorkers>()),
            p.GetRequiredService<ITransport>(),
            new TelemetryForwarderOptions { Source = "agent " + options.NodeName },
            p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<Random>(),
            p.GetRequiredService<ILogger<TelemetryForwarder>>()));
        services.AddSingleton(p => new TelemetryStamps(
            options.NodeName, id => p.GetRequiredService<AllocationTable>().Find(id)?.Record));
        services.AddSingleton<OtlpIntake>();
        services.AddSingleton<HostMetrics>();
        services.AddSingleton(p => new AllocationMetrics(p.GetRequiredService<UsageCollector>(), options.NodeName));
        services.AddHostedService<AgentTelemetry>();
    }
}
