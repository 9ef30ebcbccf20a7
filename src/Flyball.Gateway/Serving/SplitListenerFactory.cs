using System.Collections.Concurrent;
using System.Net;
using Flyball.Gateway.FastPath.HandingOver;
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
    private readonly ConcurrentDictionary<IPEndPoint, Http2Twin> twins = new();
    private readonly ConcurrentDictionary<Http2Twin, ConnectionQueue> queues = new();
    private readonly List<string> addresses = [];

    public IReadOnlyList<string> Addresses => [.. addresses];

    public Http2Twin TwinOf(IPEndPoint door) => twins.GetOrAdd(door, static address => new Http2Twin(address));

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or Http2Twin;

    public async ValueTask<IConnectionListener> BindAsync(
        EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is Http2Twin asked) return Queue(asked);
        var door = (IPEndPoint)endpoint;
        twins.TryGetValue(door, out Http2Twin? twin);
        IConnectionListener listener = twin is not null && loops is not null
            ? await loops.BindAsync(door, Queue(twin))
            : await sockets.BindAsync(endpoint, cancellationToken);
        addresses.Add("http://" + listener.EndPoint);
        return twin is not null && loops is null
            ? new SplitListener(listener, Queue(twin), options, time, logger)
            : listener;
    }

    private ConnectionQueue Queue(Http2Twin twin) =>
        queues.GetOrAdd(twin, static one => new ConnectionQueue(one, static _ => ValueTask.CompletedTask));
}
