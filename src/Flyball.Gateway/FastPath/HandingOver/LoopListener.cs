using System.Net;
using System.Net.Sockets;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.FastPath.Securing;
using Flyball.Gateway.Serving;
using Flyball.Gateway.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>
/// A door whose connections the loops accept; Kestrel gets from it those that a loop hands over: what goes as it came,
/// and on the other side HTTP/2 at a plain door, what is decrypted already at one for TLS.
/// </summary>
internal sealed class LoopListener : IConnectionListener, IHandOver
{
    private readonly LoopParts parts;
    private readonly SocketConnectionContextFactory contexts;
    private readonly List<(EventLoop Loop, Door Door)> doors = [];
    private readonly ConnectionQueue first;
    private readonly ConnectionQueue second;

    private LoopListener(
        LoopParts parts, SocketConnectionContextFactory contexts, IPEndPoint bound, ConnectionQueue second)
    {
        this.parts = parts;
        this.contexts = contexts;
        this.second = second;
        EndPoint = bound;
        first = new ConnectionQueue(bound, CloseDoorsAsync);
    }

    public EndPoint EndPoint { get; }

    /// <summary>Binds an address once a loop; port 0 takes a free one.</summary>
    /// <exception cref="IOException">The address is in use or not this machine's.</exception>
    public static async Task<LoopListener> BindAsync(
        LoopParts parts, IReadOnlyList<EventLoop> loops, SocketConnectionContextFactory contexts, IPEndPoint address,
        ConnectionQueue second)
    {
        List<int> bound = DoorSockets.Bind(address, loops.Count, out IPEndPoint taken);
        var listener = new LoopListener(parts, contexts, taken, second);
        for (int i = 0; i < bound.Count; i++)
        {
            var door = new Door(loops[i], bound[i], listener, isSecure: address is TlsEndPoint);
            listener.doors.Add((loops[i], door));
            await loops[i].AskAsync(() => door.Open());
        }

        return listener;
    }

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        first.AcceptAsync(cancellationToken);

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => first.UnbindAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    public void Take(int descriptor, byte[] unread, bool isHttp2)
    {
        if (Open(descriptor) is { } socket)
            Give(new HandedOverConnection(socket, unread, parts.RemoveConnection), isHttp2 ? second : first);
        else
            parts.RemoveConnection();
    }

    public void TakeTunnel(int descriptor, byte[] unread, TunnelFacts facts, Action abort)
    {
        // A far end that is closed closes the near end too.
        if (Open(descriptor) is { } socket) Give(new TunnelledConnection(socket, unread, facts, abort), second);
    }

    /// <summary>The socket as the other path knows it; null when the client has gone already.</summary>
    private ConnectionContext? Open(int descriptor)
    {
        var handle = new SafeSocketHandle(descriptor, ownsHandle: true);
        try
        {
            return contexts.Create(new Socket(handle));
        }
        catch (SocketException)
        {
            handle.Dispose();
            return null;
        }
    }

    private static void Give(HandedOverConnection connection, ConnectionQueue queue)
    {
        if (!queue.TryAdd(connection)) _ = connection.DisposeAsync().AsTask();
    }

    private async ValueTask CloseDoorsAsync(CancellationToken cancellation)
    {
        foreach ((EventLoop loop, Door door) in doors) await loop.AskAsync(() => door.Close());
    }
}
