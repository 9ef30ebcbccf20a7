using Flyball.Agent.Hosts;
using Flyball.Contracts.Metrics;
using Flyball.Contracts.Telemetry;
using Flyball.Contracts.Telemetry.Reporting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.Telemetry;

/// <summary>
/// Runs the node's telemetry with the host: takes up what an earlier agent left unsent before any door opens, brings it
/// to the server, and measures the machine and the allocations.
/// </summary>
internal sealed class AgentTelemetry(
    TelemetryForwarder forwarder, HostMetrics host, AllocationMetrics allocations, AgentOptions options,
    TimeProvider time, ILoggerFactory logs) : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await forwarder.OpenAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string node = options.NodeName;
        using var sink = new ForwardingSampleSink(forwarder);
        await Task.WhenAll(
            forwarder.RunAsync(stoppingToken),
            Reporter(sink).RunAsync(
                host, [new("job", "node"), new("instance", node), new(AllocationLabels.Node, node)],
                options.TelemetryInterval, stoppingToken),
            Reporter(sink).RunAsync(allocations, [], options.TelemetryInterval, stoppingToken));
    }

    /// <summary>One for each source: they know different series.</summary>
    private SampleReporter Reporter(ISampleSink sink) => new(sink, time, logs.CreateLogger<SampleReporter>());
}
