using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Parking;

/// <summary>The connections of the HTTP doors, which can be parked; their number is bounded over all doors.</summary>
internal sealed class DoorTransport(
    DiscoveryOptions options, DiscoveryMetrics metrics, TimeProvider time, ILogger<DoorTransport> logger)
    : IConnectionListenerFactory
{
    private int connections;
    private long lastId;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="SocketException">The address is not this machine's, or may not be taken.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        try
        {
            Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            return new ValueTask<IConnectionListener>(new DoorListener(this, socket));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new AddressInUseException(e.Message, e);
        }
    }

    public long NextId() => Interlocked.Increment(ref lastId);

    /// <summary>Whether one more may come.</summary>
    public bool TryAdd()
    {
        if (Interlocked.Increment(ref connections) <= options.ConnectionsMax) return true;
        Remove();
        metrics.Refused($"{nameof(options.ConnectionsMax)}: {options.ConnectionsMax} connections are open");
        return false;
    }

    public void Remove() => Interlocked.Decrement(ref connections);
}
