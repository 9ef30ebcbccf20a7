using Microsoft.Extensions.Hosting;

namespace Flyball.Agent.Sessions;

/// <summary>Runs the loops of the server's half with the host.</summary>
internal sealed class SessionsHost(StatusWriter statuses, NodeWatch watch) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(statuses.RunAsync(stoppingToken), watch.RunAsync(stoppingToken));
}
