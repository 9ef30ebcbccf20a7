using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Parking;

/// <summary>
/// A listening address. The HTTP server is given each client when it connects, and again when its parked request is
/// woken.
/// </summary>
internal sealed partial class DoorListener : IConnectionListener
{
    private const int Backlog = 4_096;

    /// <summary>The wait after a connection could not be accepted for want of descriptors or memory.</summary>
    private static readonly TimeSpan AcceptDelay = TimeSpan.FromMilliseconds(100);

    private readonly DoorTransport transport;
    private readonly Socket socket;
    private readonly CancellationTokenSource ending = new();

    // Bounded by the connections: each client is in it once.
    private readonly Channel<DoorClient> ready = Channel.CreateUnbounded<DoorClient>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly Lock gate = new();
    private readonly HashSet<DoorClient> clients = [];
    private readonly Task accepting;
    private TaskCompletionSource? arrival;
    private int underWay;

    public DoorListener(DoorTransport transport, Socket socket)
    {
        this.transport = transport;
        this.socket = socket;
        EndPoint = socket.LocalEndPoint!;
        socket.Listen(Backlog);
        accepting = AcceptAllAsync();
    }

    public EndPoint EndPoint { get; }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await ready.Reader.WaitToReadAsync(cancellationToken))
            if (ready.Reader.TryRead(out DoorClient? client)) return client.Open(transport.NextId());
        return null;
    }

    /// <summary>
    /// Takes no more clients. Requests that are being parked or woken reach the server before it hears of the end,
    /// which waits for those that it handles.
    /// </summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        ending.Cancel();
        socket.Dispose();
        await accepting;
        try
        {
            await AllArrived().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The stop has taken too long: they are hung up on.
        }

        ready.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        DoorClient[] left;
        lock (gate) left = [.. clients];
        foreach (DoorClient client in left) client.End();
        ending.Dispose();
    }

    public bool IsClosed => ready.Reader.Completion.IsCompleted || ending.IsCancellationRequested;

    /// <summary>A request is on its way to or from the server, and on nobody's list of connections.</summary>
    public void Departed()
    {
        lock (gate) underWay++;
    }

    public void Arrived()
    {
        lock (gate)
            if (--underWay == 0) arrival?.TrySetResult();
    }

    /// <summary>False when the door is closed.</summary>
    public bool Offer(DoorClient client) => ready.Writer.TryWrite(client);

    public void Removed(DoorClient client)
    {
        lock (gate) clients.Remove(client);
        transport.Remove();
    }

    private Task AllArrived()
    {
        lock (gate)
        {
            if (underWay == 0) return Task.CompletedTask;
            arrival ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return arrival.Task;
        }
    }

    private async Task AcceptAllAsync()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                Take(await socket.AcceptAsync(ending.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                if (ending.IsCancellationRequested) return;
                Log.NotAccepted(transport.Logger, e.SocketErrorCode);
                await Task.Delay(AcceptDelay, transport.Time, CancellationToken.None);
            }
        }
    }

    private void Take(Socket accepted)
    {
        if (!transport.TryAdd())
        {
            accepted.Dispose();
            return;
        }

        DoorClient? client = null;
        try
        {
            accepted.NoDelay = true;
            // For answers, which are mostly sent at once: see DoorStream.
            accepted.Blocking = false;
            client = new DoorClient(this, accepted, (IPEndPoint)accepted.RemoteEndPoint!);
        }
        catch (SocketException)
        {
            // The client has gone already.
            accepted.Dispose();
            transport.Remove();
            return;
        }

        lock (gate) clients.Add(client);
        client.Begin();
    }

    private static partial class Log
    {
        [LoggerMessage(4031, LogLevel.Warning, "A connection to a door of discovery could not be accepted: {Error}")]
        public static partial void NotAccepted(ILogger logger, SocketError error);
    }
}
