using System.Net;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.FastPath.Securing;
using Flyball.Gateway.Serving;
using Flyball.Gateway.Tls;
using Microsoft.AspNetCore.Connections;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>
/// A door whose connections the loops accept; Kestrel gets from it those that a loop hands over: what goes as it came,
/// and on the other side HTTP/2 at a plain door, what is decrypted already at one for TLS.
/// </summary>
internal sealed class LoopListener : IConnectionListener, IHandOver
{
    private readonly LoopParts parts;
    private readonly List<(EventLoop Loop, Door Door)> doors = [];
    private readonly ConnectionQueue first;
    private readonly ConnectionQueue second;

    private LoopListener(LoopParts parts, IPEndPoint bound, ConnectionQueue second)
    {
        this.parts = parts;
        this.second = second;
        EndPoint = bound;
        first = new ConnectionQueue(bound, CloseDoorsAsync);
    }

    public EndPoint EndPoint { get; }

    /// <summary>Binds an address once a loop; port 0 takes a free one.</summary>
    /// <exception cref="IOException">The address is in use or not this machine's.</exception>
    public static async Task<LoopListener> BindAsync(
        LoopParts parts, IPEndPoint address, ConnectionQueue second)
    {
        IReadOnlyList<EventLoop> loops = parts.Loops;
        List<int> bound = DoorSockets.Bind(address, loops.Count, out IPEndPoint taken);
        var listener = new LoopListener(parts, taken, second);
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

    public void Take(EventLoop loop, int descriptor, byte[] unread, bool isHttp2)
    {
        var socket = new AwaitedSocket(loop, descriptor);
        if (socket.Watch())
            Give(new LoopConnection(socket, parts.RemoveConnection), unread, isHttp2 ? second : first);
        else
            parts.RemoveConnection();
    }

    public void TakeTunnel(EventLoop loop, int descriptor, byte[] unread, TunnelFacts facts, Action abort)
    {
        var socket = new AwaitedSocket(loop, descriptor);
        // A far end that is closed closes the near end too.
        if (socket.Watch()) Give(new TunnelledConnection(socket, facts, abort), unread, second);
    }

    private static void Give(LoopConnection connection, byte[] unread, ConnectionQueue queue)
    {
        connection.Begin(unread);
        if (!queue.TryAdd(connection)) _ = connection.DisposeAsync().AsTask();
    }

    private async ValueTask CloseDoorsAsync(CancellationToken cancellation)
    {
        foreach ((EventLoop loop, Door door) in doors) await loop.AskAsync(() => door.Close());
    }
}
