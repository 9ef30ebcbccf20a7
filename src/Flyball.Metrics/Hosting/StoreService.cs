using Microsoft.Extensions.Hosting;

namespace Flyball.Metrics.Hosting;

/// <summary>
/// Opens the store when the server starts and closes it when it stops, after the doors and whatever writes by itself.
/// </summary>
internal sealed class StoreService(StoreHost host, TimeProvider time) : IHostedService
{
    /// <summary>
    /// A small store is open before the doors are, so that the first request is answered; a large one is not waited
    /// for.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public Task StartAsync(CancellationToken cancellationToken) =>
        Task.WhenAny(host.Start(), Task.Delay(Patience, time, cancellationToken));

    public async Task StopAsync(CancellationToken cancellationToken) => await host.DisposeAsync();
}
