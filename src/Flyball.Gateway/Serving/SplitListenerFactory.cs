using System.Collections.Concurrent;
using System.Net;
using Flyball.Gateway.FastPath.HandingOver;
using Flyball.Gateway.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Serving;

/// <summary>
/// Binds each door once and splits its connections by their first bytes: those that begin with HTTP/2's preface (RFC
/// 9113 §3.4) go to the door's twin, the others to its HTTP/1.1 side. Without TLS nothing else tells the two apart, and
/// Kestrel's own listeners speak one of them only. With the fast path the loops accept and tell them apart.
/// </summary>
internal sealed class SplitListenerFactory(
    IConnectionListenerFactory sockets, LoopServer? loops, GatewayOptions options, TimeProvider time,
    ILogger<SplitListenerFactory> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private readonly ConcurrentDictionary<IPEndPoint, DoorTwin> twins = new();
    private readonly ConcurrentDictionary<DoorTwin, ConnectionQueue> queues = new();
    private readonly List<string> addresses = [];

    public IReadOnlyList<string> Addresses => [.. addresses];

    /// <summary>The other side of a door: one that has a twin is served by the loops, where there are any.</summary>
    public DoorTwin TwinOf(IPEndPoint door) => twins.GetOrAdd(door, static address => new DoorTwin(address));

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or DoorTwin;

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is DoorTwin asked) return Queue(asked);
        var door = (IPEndPoint)endpoint;
        twins.TryGetValue(door, out DoorTwin? twin);
        IConnectionListener listener = twin is not null && loops is not null
            ? await loops.BindAsync(door, Queue(twin))
            : await sockets.BindAsync(new IPEndPoint(door.Address, door.Port), cancellationToken);
        addresses.Add((door is TlsEndPoint ? "https://" : "http://") + listener.EndPoint);
        return twin is not null && loops is null
            ? new SplitListener(listener, Queue(twin), options, time, logger)
            : listener;
    }

    private ConnectionQueue Queue(DoorTwin twin) =>
        queues.GetOrAdd(twin, static one => new ConnectionQueue(one, static _ => ValueTask.CompletedTask));
}
