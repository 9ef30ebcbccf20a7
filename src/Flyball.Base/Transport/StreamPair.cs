using System.Threading.Channels;

namespace Flyball.Base.Transport;

/// <summary>The two ends of a stream within one process.</summary>
public sealed class StreamPair<TSend, TReceive>
    where TSend : class
    where TReceive : class
{
    private readonly Channel<TSend> up;
    private readonly Channel<TReceive> down;

    public StreamPair(int queueLength)
    {
        up = Channel.CreateBounded<TSend>(queueLength);
        down = Channel.CreateBounded<TReceive>(queueLength);
        Client = new End<TSend, TReceive>(up, down, () =>
        {
            up.Writer.TryComplete();
            ClientClosed?.Invoke();
        });
        Server = new End<TReceive, TSend>(down, up, () => down.Writer.TryComplete());
    }

    public IMessageStream<TSend, TReceive> Client { get; }

    public IMessageStream<TReceive, TSend> Server { get; }

    /// <summary>Called when the client disposes its end.</summary>
    public Action? ClientClosed { get; set; }

    /// <summary>Ends both directions; with an exception both ends see it, else the end of the stream.</summary>
    public void Break(TransportException? error)
    {
        up.Writer.TryComplete(error);
        down.Writer.TryComplete(error);
    }

    private sealed class End<TOut, TIn>(Channel<TOut> outgoing, Channel<TIn> incoming, Action close)
        : IMessageStream<TOut, TIn>
        where TOut : class
        where TIn : class
    {
        public async ValueTask SendAsync(TOut message, CancellationToken cancellation)
        {
            try
            {
                await outgoing.Writer.WriteAsync(message, cancellation);
            }
            catch (ChannelClosedException e)
            {
                throw e.InnerException as TransportException ?? new TransportException("The stream is closed.", e);
            }
        }

        public async ValueTask<TIn?> ReceiveAsync(CancellationToken cancellation)
        {
            try
            {
                return await incoming.Reader.ReadAsync(cancellation);
            }
            catch (ChannelClosedException e)
            {
                if (e.InnerException is TransportException broken) throw broken;
                return null;
            }
        }

        public ValueTask DisposeAsync()
        {
            close();
            return ValueTask.CompletedTask;
        }
    }
}
