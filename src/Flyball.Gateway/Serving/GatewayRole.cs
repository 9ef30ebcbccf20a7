using Flyball.Gateway.AccessLog;
using Flyball.Gateway.Health;
using Flyball.Gateway.Sessions;
using Flyball.Gateway.Tcp;
using Microsoft.Extensions.Hosting;

namespace Flyball.Gateway.Serving;

/// <summary>Starts and stops the gateway's parts with the host: routes first, then the door, then the loops.</summary>
internal sealed class GatewayRole(
    GatewayServer server, TcpDoors tcp, GatewayOptions options, TimeProvider time, StoreFollowers store,
    GatewaySession session, EndpointProber prober, AccessLogWriter accessLog)
    : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        store.Load();
        await server.StartAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // The session and the routes stay until the last request has ended: it may still be retried elsewhere.
        using var limit = new CancellationTokenSource(options.StopTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        Task connections = tcp.StopAsync(linked.Token);
        await server.StopAsync(cancellationToken);
        await connections;
        await base.StopAsync(cancellationToken);
    }

    /// <summary>
    /// No loop ends by itself: the first that does has failed, and the host stops with its exception.
    /// </summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> loops =
        [
            store.RunAsync(stoppingToken), session.RunAsync(stoppingToken), prober.RunAsync(stoppingToken),
            tcp.RunAsync(stoppingToken),
        ];
        if (accessLog.IsEnabled) loops.Add(accessLog.RunAsync(stoppingToken));
        try
        {
            await await Task.WhenAny(loops);
        }
        finally
        {
            // When the host stops, each loop ends in its own time: the access log has lines left to write.
            if (stoppingToken.IsCancellationRequested)
                await Task.WhenAll(loops).ConfigureAwait(
                    ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }
}
