using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Flyball.Gateway.Serving;

/// <summary>A listener that gives out connections which another one has accepted.</summary>
internal sealed class ConnectionQueue(EndPoint endPoint, Func<CancellationToken, ValueTask> unbind)
    : IConnectionListener
{
    /// <summary>
    /// Connections that wait for Kestrel, which takes them at once: a full queue means it is stopping.
    /// </summary>
    private const int LengthMax = 4_096;

    private readonly Channel<ConnectionContext> waiting = Channel.CreateBounded<ConnectionContext>(LengthMax);

    public EndPoint EndPoint => endPoint;

    public bool TryAdd(ConnectionContext connection) => waiting.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await waiting.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await unbind(cancellationToken);
        waiting.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        while (waiting.Reader.TryRead(out ConnectionContext? left)) await left.DisposeAsync();
    }
}
