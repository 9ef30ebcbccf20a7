using Microsoft.Extensions.Hosting;

namespace Flyball.Store.Remote;

/// <summary>
/// Runs the reader as long as the process. Whatever the host starts after it waits for the server's first word, but not
/// long: without a server the kept snapshot is what there is.
/// </summary>
internal sealed class RemoteReaderService(RemoteResourceReader reader, RemoteReaderOptions options, TimeProvider time)
    : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(reader.Heard, Task.Delay(options.StartWait, time, waiting.Token));
        waiting.Cancel();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => reader.RunAsync(stoppingToken);
}
