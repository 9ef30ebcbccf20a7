using System.Collections.Concurrent;
using System.Net.Sockets;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Tcp;

/// <summary>
/// The connections of all TCP routes: a bound on their number, and an end to those that carry nothing.
/// </summary>
internal sealed class TcpConnections(GatewayOptions options, GatewayMetrics metrics, TimeProvider time, ILogger logger)
    : IDisposable
{
    /// <summary>The wait after a connection could not be accepted.</summary>
    private static readonly TimeSpan AcceptDelay = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<TcpRelay, TaskCompletionSource> relays = new();
    private readonly CancellationTokenSource stopped = new();

    public int Count => relays.Count;

    /// <summary>Takes over an accepted connection.</summary>
    public void Add(Socket client, RouteEntry route)
    {
        if (relays.Count >= options.Tcp.ConnectionsMax)
        {
            metrics.Refused("tcp-connections");
            client.Dispose();
            return;
        }

        var relay = new TcpRelay(client, route, options, new WaitParts(metrics, time), logger);
        relays[relay] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = ServeAsync(relay);
    }

    public void CloseIdle()
    {
        foreach (TcpRelay relay in relays.Keys)
        {
            if (relay.IdleFor > options.Tcp.IdleTimeout) relay.BreakOff();
        }
    }

    /// <summary>Waits for those that stand until the limit; then they are broken off.</summary>
    public async Task EndAsync(CancellationToken limit)
    {
        using CancellationTokenRegistration end = limit.Register(stopped.Cancel);
        while (!relays.IsEmpty) await Task.WhenAll(relays.Values.Select(one => one.Task));
    }

    /// <summary>False when the door has closed meanwhile.</summary>
    public async Task<bool> PauseAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(AcceptDelay, time, cancellation);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        stopped.Cancel();
        stopped.Dispose();
    }

    private async Task ServeAsync(TcpRelay relay)
    {
        TcpOutcome outcome = TcpOutcome.Failed;
        TargetEntry target = relay.Target;
        metrics.TcpStarted();
        try
        {
            outcome = await relay.RunAsync(stopped.Token);
        }
        finally
        {
            metrics.TcpEnded(target.Labels, outcome.ToString());
            relay.Dispose();
            if (relays.TryRemove(relay, out TaskCompletionSource? done)) done.SetResult();
        }
    }
}
