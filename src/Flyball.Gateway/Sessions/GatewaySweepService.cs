using Microsoft.Extensions.Hosting;

namespace Flyball.Gateway.Sessions;

/// <summary>Runs the sweep with the host.</summary>
internal sealed class GatewaySweepService(GatewaySweep sweep) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => sweep.RunAsync(stoppingToken);
}
