using Microsoft.Extensions.Hosting;

namespace Flyball.Discovery.Checking;

/// <summary>Runs the checks and the sessions' clock with the host, after the index is full.</summary>
internal sealed class CheckingService(CheckRunner runner, SessionKeeper keeper, CheckBook book) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        book.Started();
        try
        {
            await Task.WhenAll(runner.RunAsync(stoppingToken), keeper.RunAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }
}
