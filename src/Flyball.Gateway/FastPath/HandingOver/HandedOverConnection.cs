using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>
/// A connection of the socket transport that begins with bytes which the loop has read.
/// </summary>
internal class HandedOverConnection : ConnectionContext, IDuplexPipe
{
    private readonly ConnectionContext inner;
    private readonly Action ended;
    private int disposed;

    /// <param name="inner">The connection.</param>
    /// <param name="unread">What was read of it.</param>
    /// <param name="ended">Called once, when it has ended.</param>
    public HandedOverConnection(ConnectionContext inner, byte[] unread, Action ended)
    {
        this.inner = inner;
        this.ended = ended;
        Input = new UnreadReader(inner.Transport.Input, unread);
        Transport = this;
    }

    public PipeReader Input { get; }

    public PipeWriter Output => inner.Transport.Output;

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId { get => inner.ConnectionId; set => inner.ConnectionId = value; }

    public override IFeatureCollection Features => inner.Features;

    public override IDictionary<object, object?> Items { get => inner.Items; set => inner.Items = value; }

    public override CancellationToken ConnectionClosed
    {
        get => inner.ConnectionClosed;
        set => inner.ConnectionClosed = value;
    }

    public override EndPoint? LocalEndPoint { get => inner.LocalEndPoint; set => inner.LocalEndPoint = value; }

    public override EndPoint? RemoteEndPoint { get => inner.RemoteEndPoint; set => inner.RemoteEndPoint = value; }

    public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            await base.DisposeAsync();
            return;
        }

        await inner.DisposeAsync();
        await base.DisposeAsync();
        ended();
    }
}
