using Microsoft.Extensions.Hosting;

namespace Flyball.Agent;

/// <summary>
/// Runs the node's agent with the host; a damaged state on disk stops the host rather than start duplicates.
/// </summary>
internal sealed class AgentHost(NodeAgent agent) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => agent.RunAsync(stoppingToken);
}
