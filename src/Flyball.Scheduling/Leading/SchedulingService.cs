using Microsoft.Extensions.Hosting;

namespace Flyball.Scheduling.Leading;

/// <summary>Runs the loop for as long as the host runs.</summary>
internal sealed class SchedulingService(SchedulerLoop loop) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loop.RunAsync(stoppingToken);
}
