using Flyball.Base.Transport;

namespace Flyball.Store.Tests.Remote;

/// <summary>A network that can be cut: open streams break, new ones are not answered, until it is mended.</summary>
internal sealed class BreakableTransport(ITransport inner) : ITransport
{
    private CancellationTokenSource cut = new();
    private int isCut;

    public int Opened { get; private set; }

    public void Cut()
    {
        Volatile.Write(ref isCut, 1);
        cut.Cancel();
    }

    public void Mend()
    {
        cut = new CancellationTokenSource();
        Volatile.Write(ref isCut, 0);
    }

    public async ValueTask<IMessageStream<TSend, TReceive>> OpenAsync<TSend, TReceive>(
        StreamMethod<TSend, TReceive> method, CancellationToken cancellation)
        where TSend : class
        where TReceive : class
    {
        if (Volatile.Read(ref isCut) == 1) throw new TransportException("The network is cut.");
        Opened++;
        return new Stream<TSend, TReceive>(await inner.OpenAsync(method, cancellation), cut.Token);
    }

    private sealed class Stream<TSend, TReceive>(IMessageStream<TSend, TReceive> inner, CancellationToken cut)
        : IMessageStream<TSend, TReceive>
        where TSend : class
        where TReceive : class
    {
        public ValueTask SendAsync(TSend message, CancellationToken cancellation) =>
            inner.SendAsync(message, cancellation);

        public async ValueTask<TReceive?> ReceiveAsync(CancellationToken cancellation)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cut, cancellation);
            try
            {
                return await inner.ReceiveAsync(either.Token);
            }
            catch (OperationCanceledException) when (cut.IsCancellationRequested)
            {
                throw new TransportException("The network is cut.");
            }
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
