using Microsoft.Extensions.Hosting;

namespace Flyball.Autoscaling.Leading;

/// <summary>Runs the loop for as long as the host runs.</summary>
internal sealed class AutoscalingService(AutoscalerLoop loop) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loop.RunAsync(stoppingToken);
}
