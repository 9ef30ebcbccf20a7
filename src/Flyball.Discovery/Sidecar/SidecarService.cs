using Flyball.Discovery.Sidecar.Showing;
using Microsoft.Extensions.Hosting;

namespace Flyball.Discovery.Sidecar;

/// <summary>Runs a sidecar with the host. Stopping takes it out of the catalogue before its ports close.</summary>
internal sealed class SidecarService(RunningSidecar sidecar, SidecarMetrics metrics, SidecarDoor door) : IHostedService
{
    /// <exception cref="IOException">An address is taken, or not this machine's.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Made by now, so that the first scrape finds them.
        _ = metrics;
        await door.StartAsync(cancellationToken);
        await sidecar.StartAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => sidecar.StopAsync(cancellationToken);
}
