using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Actions;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Tcp;

/// <summary>
/// One connection of a TCP route: reaches an endpoint, another one when that cannot be reached, and passes bytes both
/// ways until both sides have ended. Nothing of the client is read before an endpoint is there, so a try costs nobody
/// anything. It counts as one request at its endpoint, which therefore drains until it ends.
/// </summary>
internal sealed class TcpRelay : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly Socket client;
    private readonly RouteEntry route;
    private readonly GatewayOptions options;
    private readonly WaitParts parts;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource ended = new();
    private long movedAt;

    public TcpRelay(Socket client, RouteEntry route, GatewayOptions options, WaitParts parts, ILogger logger)
    {
        this.client = client;
        this.route = route;
        this.options = options;
        this.parts = parts;
        time = parts.Time;
        this.logger = logger;
        Target = route.Targets.Choose();
        Target.Upstream.State.Use();
        movedAt = time.GetTimestamp();
    }

    public TargetEntry Target { get; }

    public TimeSpan IdleFor => time.GetElapsedTime(Volatile.Read(ref movedAt));

    /// <summary>From any thread.</summary>
    public void BreakOff()
    {
        try
        {
            ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose() => ended.Dispose();

    public async Task<TcpOutcome> RunAsync(CancellationToken stopped)
    {
        using CancellationTokenRegistration stop = stopped.Register(BreakOff);
        UpstreamEndpoint? endpoint = null;
        Socket? back = null;
        UpstreamGate? gate = Target.Upstream.Gate;
        bool isIn = gate is null || gate.TryEnter();
        try
        {
            if (isIn) (endpoint, back) = await ReachAsync();
            return back is null ? TcpOutcome.Unreached : await RelayAsync(back);
        }
        catch (OperationCanceledException)
        {
            return TcpOutcome.GivenUp;
        }
        finally
        {
            if (back is null) ResetOnClose(client);
            back?.Dispose();
            client.Dispose();
            if (isIn) gate?.Leave();
            if (endpoint is not null) Target.Upstream.Leave(endpoint);
        }
    }

    private async Task<(UpstreamEndpoint? Endpoint, Socket? Socket)> ReachAsync()
    {
        Upstream upstream = Target.Upstream;
        upstream.Outliers.Refresh();
        client.NoDelay = true;
        bool byAddress = ((ForwardAction)route.Action).Hash is not null;
        var key = new PickKey(byAddress ? HashSource.Of((client.RemoteEndPoint as IPEndPoint)?.Address) : null, null);
        var tried = new List<UpstreamEndpoint>();
        UpstreamEndpoint? Pick() => upstream.Picker.Pick(upstream.Endpoints, new Pick(tried.ToArray(), key));
        int tries = 1 + Math.Min(route.Route.Retries, options.RetriesMax);
        while (tried.Count < tries)
        {
            EndpointSet endpoints = upstream.Endpoints;
            if (Pick() is not { } endpoint)
            {
                if (await WaitAsync(Pick) is not { } waitedFor) return default;
                endpoint = waitedFor;
            }

            (AttemptOutcome outcome, Socket? socket) = await ConnectAsync(endpoint);
            upstream.Outliers.Record(endpoint, endpoints, outcome);
            if (socket is not null) return (endpoint, socket);
            ForwardingLog.TryFailed(logger, route.Name, endpoint.Authority, outcome, null);
            tried.Add(endpoint);
        }

        ForwardingLog.Failed(logger, route.Name, upstream.Service, AttemptOutcome.Unreachable, tried.Count);
        return default;
    }

    /// <summary>Null when there is none in time, or nobody to wait for it.</summary>
    private async Task<UpstreamEndpoint?> WaitAsync(Func<UpstreamEndpoint?> pick)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(ended.Token);
        Task watching = WatchClientAsync(leaving);
        try
        {
            RoomOutcome outcome = await RoomWaiter.WaitAsync(
                Target, route.Route, pick, heldBytes: 0, parts, leaving.Token);
            if (outcome.End is WaitEnd.Expired or WaitEnd.Full or WaitEnd.Hopeless)
                parts.Metrics.Refused(FailureWords.Of(Target.Upstream, route.Route, outcome).Refusal.Code);
            return outcome.Endpoint;
        }
        finally
        {
            leaving.Cancel();
            await watching;
        }
    }

    /// <summary>A client that ends its side before it has sent anything waits no longer.</summary>
    private async Task WatchClientAsync(CancellationTokenSource leaving)
    {
        try
        {
            // An empty read takes nothing: it ends when there is something to read, or the client's end.
            await client.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, leaving.Token);
            if (client.Available == 0) leaving.Cancel();
        }
        catch (SocketException)
        {
            leaving.Cancel();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The wait is over.
        }
    }

    /// <summary>The endpoint stays counted in only when a connection stands.</summary>
    private async Task<(AttemptOutcome Outcome, Socket? Socket)> ConnectAsync(UpstreamEndpoint endpoint)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        bool stands = false;
        try
        {
            using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ended.Token);
            if (endpoint.Numeric is { } numeric) await socket.ConnectAsync(numeric, both.Token);
            else await socket.ConnectAsync(new DnsEndPoint(endpoint.Address, endpoint.PortNumber), both.Token);
            stands = true;
            return (AttemptOutcome.Answered, socket);
        }
        catch (SocketException e)
        {
            return (AttemptClassifier.Classify(e.SocketErrorCode), null);
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            return (AttemptOutcome.Unreachable, null);
        }
        finally
        {
            if (!stands)
            {
                socket.Dispose();
                Target.Upstream.Leave(endpoint);
            }
        }
    }

    private async Task<TcpOutcome> RelayAsync(Socket back)
    {
        bool[] whole = await Task.WhenAll(PassAsync(client, back), PassAsync(back, client));
        if (Array.TrueForAll(whole, one => one)) return TcpOutcome.Ended;
        return ended.IsCancellationRequested ? TcpOutcome.GivenUp : TcpOutcome.Broken;
    }

    /// <summary>One direction; when it breaks, so does the other one. True when it was ended in order.</summary>
    private async Task<bool> PassAsync(Socket from, Socket to)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                int read = await from.ReceiveAsync(buffer, SocketFlags.None, ended.Token);
                if (read == 0) break;
                Volatile.Write(ref movedAt, time.GetTimestamp());
                for (int sent = 0; sent < read;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), SocketFlags.None, ended.Token);
                Volatile.Write(ref movedAt, time.GetTimestamp());
            }

            to.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // What one side has broken off must not look whole to the other one.
            ResetOnClose(to);
            BreakOff();
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void ResetOnClose(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is broken already.
        }
    }
}
