using System.Net;
using System.Net.Sockets;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Tcp;

/// <summary>The listening sockets of one TCP route's port.</summary>
internal sealed class TcpDoor : IDisposable
{
    private const int Backlog = 1024;

    private readonly List<Socket> listeners = [];
    private readonly TcpConnections connections;
    private readonly CancellationTokenSource closed = new();
    private volatile RouteEntry route;

    private TcpDoor(RouteEntry route, TcpConnections connections)
    {
        this.route = route;
        this.connections = connections;
    }

    /// <summary>Where connections that come from now on are sent.</summary>
    public RouteEntry Route
    {
        get => route;
        set => route = value;
    }

    /// <exception cref="SocketException">An address is in use, or may not be taken.</exception>
    public static TcpDoor Open(
        IEnumerable<IPAddress> addresses, int port, RouteEntry route, TcpConnections connections)
    {
        var door = new TcpDoor(route, connections);
        try
        {
            foreach (IPAddress address in addresses) door.Listen(new IPEndPoint(address, port));
        }
        catch (SocketException)
        {
            door.Dispose();
            throw;
        }

        foreach (Socket listener in door.listeners) _ = door.AcceptAsync(listener);
        return door;
    }

    public void Dispose()
    {
        closed.Cancel();
        foreach (Socket listener in listeners) listener.Dispose();
        closed.Dispose();
    }

    private void Listen(IPEndPoint address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listeners.Add(listener);
        if (address.Address.Equals(IPAddress.IPv6Any)) listener.DualMode = true;
        listener.Bind(address);
        listener.Listen(Backlog);
    }

    private async Task AcceptAsync(Socket listener)
    {
        CancellationToken cancellation = closed.Token;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                connections.Add(await listener.AcceptAsync(cancellation), route);
            }
            catch (SocketException) when (!cancellation.IsCancellationRequested)
            {
                // A client that is gone already, or no descriptor left: the door stays open and tries again.
                if (!await connections.PauseAsync(cancellation)) return;
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }
}
