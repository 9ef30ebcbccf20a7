using System.Net;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Health;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// One loop's connections to one endpoint: the last one used is the next one used, so that those beyond what the load
/// needs grow old and go. When no more may be opened requests wait in order; how long, their own time-outs say.
/// </summary>
internal sealed class EndpointPool
{
    private readonly EventLoop loop;
    private readonly byte[] address;
    private readonly int family;
    private readonly LinkedLine<UpstreamConnection> idle = new();
    private readonly LinkedLine<Exchange> waiting = new();

    public EndpointPool(EventLoop loop, UpstreamEndpoint endpoint)
    {
        this.loop = loop;
        SocketAddress serialised = endpoint.Numeric!.Serialize();
        address = serialised.Buffer.Span[..serialised.Size].ToArray();
        family = BitConverter.ToUInt16(address);
    }

    /// <summary>Connections that stand or are being made.</summary>
    public int Open { get; private set; }

    public bool IsUnused => Open == 0 && waiting.Oldest is null;

    /// <summary>
    /// A connection that stands, or one in the making that will call the exchange, or null with the exchange in the
    /// queue; <paramref name="failure"/> says that none came about.
    /// </summary>
    public UpstreamConnection? Acquire(Exchange exchange, bool mustBeQuiet, out AttemptOutcome? failure)
    {
        failure = null;
        while (idle.TakeNewest() is { } connection)
        {
            // What the kernel knows and the loop does not yet is asked for only where a second try is out of question.
            if (!mustBeQuiet || connection.IsQuiet)
            {
                connection.Take(exchange);
                return connection;
            }

            connection.Close();
        }

        if (Open < loop.Parts.EndpointConnectionsMax) return Connect(exchange, out failure);
        waiting.Add(exchange);
        return null;
    }

    /// <summary>The exchange waits no longer.</summary>
    public void Forget(Exchange exchange) => waiting.Remove(exchange);

    /// <summary>The connection is free for another request.</summary>
    public void Release(UpstreamConnection connection)
    {
        if (waiting.TakeOldest() is { } next)
        {
            connection.Take(next);
            next.Tries.Connected(connection);
            return;
        }

        connection.IdleSince = loop.Now;
        idle.Add(connection);
    }

    /// <summary>An idle connection was closed by the endpoint.</summary>
    public void Lost(UpstreamConnection connection) => idle.Remove(connection);

    /// <summary>A connection's descriptor is closed: there is room for another.</summary>
    public void Closed()
    {
        Open--;
        if (waiting.TakeOldest() is not { } next) return;
        UpstreamConnection? connection = Connect(next, out AttemptOutcome? failure);
        if (connection is null) next.Tries.Failed(failure ?? AttemptOutcome.Unreachable);
        else if (connection.Stands) next.Tries.Connected(connection);
        else next.Tries.Connecting(connection);
    }

    public void CloseIdle(long idleSince)
    {
        while (idle.Oldest is { } oldest && oldest.IdleSince <= idleSince)
        {
            idle.Remove(oldest);
            oldest.Close();
        }
    }

    private UpstreamConnection? Connect(Exchange exchange, out AttemptOutcome? failure)
    {
        failure = null;
        int descriptor = Posix.Socket(family);
        if (descriptor < 0)
        {
            failure = AttemptOutcome.Exhausted;
            return null;
        }

        Posix.NoDelay(descriptor);
        int result = Posix.Connect(descriptor, address);
        var connection = new UpstreamConnection(loop, descriptor, this);
        if ((result < 0 && result != -Posix.InProgress) || !loop.Poller.Add(connection))
        {
            Posix.Close(descriptor);
            failure = result switch
            {
                -Posix.Refused => AttemptOutcome.Refused,
                // Or the poller has no room.
                -Posix.InProgress or >= 0 => AttemptOutcome.Exhausted,
                _ => Posix.IsOwnLimit(-result) ? AttemptOutcome.Exhausted : AttemptOutcome.Unreachable,
            };
            return null;
        }

        Open++;
        connection.Begin(exchange, stands: result >= 0);
        return connection;
    }
}
