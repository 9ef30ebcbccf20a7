using Flyball.Base.Transport;

namespace Flyball.Simulation.Network;

/// <summary>A stream between two simulated machines: two delayed directions that break together.</summary>
internal sealed class SimulatedLink<TSend, TReceive> : ISimulatedLink
    where TSend : class
    where TReceive : class
{
    private readonly CancellationTokenSource broken = new();
    private readonly Direction<TSend> up;
    private readonly Direction<TReceive> down;

    public SimulatedLink(
        SimulatedNetwork network, TimeProvider time, string client, string server, Func<TSend, TSend> copyUp, Func<TReceive, TReceive> copyDown)
    {
        Client = client;
        Server = server;
        up = new Direction<TSend>(network, time, client, server, copyUp);
        down = new Direction<TReceive>(network, time, server, client, copyDown);
        ClientEnd = new End<TSend, TReceive>(up, down, () => Break("the client closed the stream"));
        ServerEnd = new End<TReceive, TSend>(down, up, () => { });
    }

    public string Client { get; }

    public string Server { get; }

    public bool IsBroken { get; private set; }

    public CancellationToken Broken => broken.Token;

    public IMessageStream<TSend, TReceive> ClientEnd { get; }

    public IMessageStream<TReceive, TSend> ServerEnd { get; }

    public void Break(string reason)
    {
        if (IsBroken) return;
        IsBroken = true;
        up.End(new TransportException(reason));
        down.End(new TransportException(reason));
        broken.Cancel();
    }

    /// <summary>The server ended the stream in order.</summary>
    public void Complete()
    {
        IsBroken = true;
        down.End(null);
        up.End(new TransportException("the server ended the stream"));
    }

    private sealed class End<TOut, TIn>(Direction<TOut> outgoing, Direction<TIn> incoming, Action close) : IMessageStream<TOut, TIn>
        where TOut : class
        where TIn : class
    {
        public ValueTask SendAsync(TOut message, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            outgoing.Send(message);
            return ValueTask.CompletedTask;
        }

        public ValueTask<TIn?> ReceiveAsync(CancellationToken cancellation) => incoming.ReceiveAsync(cancellation);

        public ValueTask DisposeAsync()
        {
            close();
            return ValueTask.CompletedTask;
        }
    }
}
