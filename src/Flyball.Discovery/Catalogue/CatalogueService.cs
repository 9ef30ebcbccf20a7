using Microsoft.Extensions.Hosting;

namespace Flyball.Discovery.Catalogue;

/// <summary>Runs the catalogue's loop with the host.</summary>
internal sealed class CatalogueService(CatalogueLoop loop) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loop.RunAsync(stoppingToken);
}
