using Flyball.Base.Transport;

namespace Flyball.Simulation.Network;

/// <summary>
/// A stream between two simulated machines: two directions, each end of which may know before the other.
/// </summary>
internal sealed class SimulatedLink<TSend, TReceive> : ISimulatedLink
    where TSend : class
    where TReceive : class
{
    private readonly CancellationTokenSource broken = new();
    private readonly Direction<TSend> up;
    private readonly Direction<TReceive> down;
    private bool isClientOver;
    private bool isServerOver;

    public SimulatedLink(
        SimulatedNetwork network, TimeProvider time, string client, string server,
        StreamMethod<TSend, TReceive> method)
    {
        Client = client;
        Server = server;
        up = new Direction<TSend>(network, time, client, server, Copying.With(method.Send));
        down = new Direction<TReceive>(network, time, server, client, Copying.With(method.Receive));
        ClientEnd = new End<TSend, TReceive>(up, down, CloseClient);
        ServerEnd = new End<TReceive, TSend>(down, up, () => { });
    }

    public string Client { get; }

    public string Server { get; }

    public bool IsOver => isClientOver && isServerOver;

    /// <summary>Cancelled when the server's end is over.</summary>
    public CancellationToken Broken => broken.Token;

    public IMessageStream<TSend, TReceive> ClientEnd { get; }

    public IMessageStream<TReceive, TSend> ServerEnd { get; }

    public void Break(string reason)
    {
        BreakClient(reason);
        BreakServer(reason);
    }

    public void Abandon(string machine)
    {
        if (machine == Client) CloseClient();
        else CloseServer("the server is gone");
    }

    public void Resume()
    {
        up.Resume();
        down.Resume();
    }

    /// <summary>The server's handler has returned: the client reads what was sent before, then the end.</summary>
    public void Complete()
    {
        if (isServerOver) return;
        isServerOver = true;
        up.CloseToReceive("the server ended the stream");
        down.SendEnd(() =>
        {
            up.CloseToSend("the server ended the stream");
            down.End();
        });
    }

    /// <summary>The server's end breaks now; the client hears of it later.</summary>
    public void CloseServer(string reason)
    {
        if (isServerOver) return;
        BreakServer(reason);
        down.SendEnd(() => BreakClient(reason));
    }

    private void CloseClient()
    {
        if (isClientOver) return;
        BreakClient("the client closed the stream");
        up.SendEnd(() => BreakServer("the client closed the stream"));
    }

    private void BreakClient(string reason)
    {
        if (isClientOver) return;
        isClientOver = true;
        up.CloseToSend(reason);
        down.CloseToReceive(reason);
    }

    private void BreakServer(string reason)
    {
        if (isServerOver) return;
        isServerOver = true;
        down.CloseToSend(reason);
        up.CloseToReceive(reason);
        broken.Cancel();
    }

    private sealed class End<TOut, TIn>(Direction<TOut> outgoing, Direction<TIn> incoming, Action close)
        : IMessageStream<TOut, TIn>
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
