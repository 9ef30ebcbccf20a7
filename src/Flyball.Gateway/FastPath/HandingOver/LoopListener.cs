using System.Net;
using System.Net.Sockets;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Serving;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>
/// A door whose connections the loops accept; Kestrel gets from it those that a loop hands over, on the side that
/// speaks their protocol.
/// </summary>
internal sealed class LoopListener : IConnectionListener, IHandOver
{
    private readonly LoopParts parts;
    private readonly SocketConnectionContextFactory contexts;
    private readonly List<(EventLoop Loop, Door Door)> doors = [];
    private readonly ConnectionQueue http1;
    private readonly ConnectionQueue http2;

    private LoopListener(
        LoopParts parts, SocketConnectionContextFactory contexts, IPEndPoint bound, ConnectionQueue http2)
    {
        this.parts = parts;
        this.contexts = contexts;
        this.http2 = http2;
        EndPoint = bound;
        http1 = new ConnectionQueue(bound, CloseDoorsAsync);
    }

    public EndPoint EndPoint { get; }

    /// <summary>Binds an address once a loop; port 0 takes a free one.</summary>
    /// <exception cref="IOException">The address is in use or not this machine's.</exception>
    public static async Task<LoopListener> BindAsync(
        LoopParts parts, IReadOnlyList<EventLoop> loops, SocketConnectionContextFactory contexts, IPEndPoint address,
        ConnectionQueue http2)
    {
        List<int> bound = DoorSockets.Bind(address, loops.Count, out IPEndPoint taken);
        var listener = new LoopListener(parts, contexts, taken, http2);
        for (int i = 0; i < bound.Count; i++)
        {
            var door = new Door(loops[i], bound[i], listener);
            listener.doors.Add((loops[i], door));
            await loops[i].AskAsync(() => door.Open());
        }

        return listener;
    }

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        http1.AcceptAsync(cancellationToken);

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => http1.UnbindAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await http1.DisposeAsync();
        await http2.DisposeAsync();
    }

    public void Take(int descriptor, byte[] unread, bool isHttp2)
    {
        var handle = new SafeSocketHandle(descriptor, ownsHandle: true);
        HandedOverConnection context;
        try
        {
            context = new HandedOverConnection(contexts.Create(new Socket(handle)), unread, parts);
        }
        catch (SocketException)
        {
            // The client has gone already.
            handle.Dispose();
            parts.RemoveConnection();
            return;
        }

        if (!(isHttp2 ? http2 : http1).TryAdd(context)) _ = context.DisposeAsync().AsTask();
    }

    private async ValueTask CloseDoorsAsync(CancellationToken cancellation)
    {
        foreach ((EventLoop loop, Door door) in doors) await loop.AskAsync(() => door.Close());
    }
}
