using System.Net;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Serving;
using Flyball.Gateway.Tls;
using Microsoft.AspNetCore.Connections;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>The gateway's loops: started with its first door, stopped with the gateway.</summary>
internal sealed class LoopServer(LoopParts parts) : IDisposable
{
    private readonly List<EventLoop> loops = [];

    public IReadOnlyList<EventLoop> Loops => loops;

    /// <param name="door">Where to listen; with TLS when it is a <see cref="TlsEndPoint"/>.</param>
    /// <param name="second">For connections that are handed over in another state than they came.</param>
    public async Task<IConnectionListener> BindAsync(IPEndPoint door, ConnectionQueue second)
    {
        if (loops.Count == 0) Start();
        return await LoopListener.BindAsync(parts, door, second);
    }

    /// <summary>
    /// Lets requests that are under way end and closes what is idle. When <paramref name="limit"/> is up, the rest is
    /// answered with 503 where that is still possible, and closed.
    /// </summary>
    public async Task StopAsync(CancellationToken limit)
    {
        foreach (EventLoop loop in loops) await loop.AskAsync(() => BeginStop(loop));
        Task drained = Task.WhenAll(loops.Select(loop => loop.Clients.Drained));
        try
        {
            await drained.WaitAsync(limit);
        }
        catch (OperationCanceledException)
        {
            foreach (EventLoop loop in loops) await loop.AskAsync(() => EndAll(loop));
        }
    }

    public void Dispose()
    {
        parts.Loops = [];
        foreach (EventLoop loop in loops) loop.Dispose();
        loops.Clear();
    }

    private void Start()
    {
        for (int i = 0; i < parts.Options.Loops; i++) loops.Add(new EventLoop(i, parts));
        foreach (EventLoop loop in loops) loop.Start();
        parts.Loops = [.. loops];
    }

    private static int BeginStop(EventLoop loop)
    {
        loop.IsStopping = true;
        foreach (LoopSocket socket in loop.Poller.Sockets.ToArray())
        {
            if (socket is Door door) door.Close();
            else if (socket is ClientConnection { IsIdle: true } client) client.Close();
        }

        loop.Clients.Drain();
        return loop.Clients.Open;
    }

    private static int EndAll(EventLoop loop)
    {
        int ended = 0;
        foreach (ClientConnection client in loop.Poller.Sockets.OfType<ClientConnection>().ToArray())
        {
            client.Exchange?.Stop();
            client.Close();
            ended++;
        }

        return ended;
    }
}
