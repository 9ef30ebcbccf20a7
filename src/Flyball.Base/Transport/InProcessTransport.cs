namespace Flyball.Base.Transport;

/// <summary>
/// Streams within one process, when a server, an agent and a gateway share it: two bounded queues a stream, no copying.
/// Handlers are registered once at start.
/// </summary>
public sealed class InProcessTransport : ITransport
{
    /// <summary>Messages in flight in each direction before the sender waits.</summary>
    public const int QueueLength = 256;

    private readonly Dictionary<string, object> handlers = new(StringComparer.Ordinal);

    public void Handle<TSend, TReceive>(StreamMethod<TSend, TReceive> method, IStreamHandler<TSend, TReceive> handler)
        where TSend : class
        where TReceive : class
        => handlers[method.FullName] = handler;

    public ValueTask<IMessageStream<TSend, TReceive>> OpenAsync<TSend, TReceive>(
        StreamMethod<TSend, TReceive> method, CancellationToken cancellation)
        where TSend : class
        where TReceive : class
    {
        if (!handlers.TryGetValue(method.FullName, out object? found))
            throw new TransportException($"No handler for {method.FullName}.");
        var handler = (IStreamHandler<TSend, TReceive>)found;
        var pair = new StreamPair<TSend, TReceive>(QueueLength);
        _ = ServeAsync(handler, pair);
        return new(pair.Client);
    }

    private static async Task ServeAsync<TSend, TReceive>(
        IStreamHandler<TSend, TReceive> handler, StreamPair<TSend, TReceive> pair)
        where TSend : class
        where TReceive : class
    {
        using var ended = new CancellationTokenSource();
        pair.ClientClosed = ended.Cancel;
        try
        {
            await handler.RunAsync(pair.Server, new Peer("in-process", "in-process"), ended.Token);
            pair.Break(null);
        }
        catch (Exception e)
        {
            // Whatever ended the handler is what the client must see: it decides whether to reconnect.
            pair.Break(e as TransportException ?? new TransportException($"The other side failed: {e.Message}", e));
        }
        finally
        {
            pair.ClientClosed = null;
        }
    }
}
