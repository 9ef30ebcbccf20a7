using Microsoft.Extensions.Hosting;

namespace Flyball.Store.Remote;

/// <summary>Runs the reader as long as the process.</summary>
internal sealed class RemoteReaderService(RemoteResourceReader reader) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => reader.RunAsync(stoppingToken);
}
