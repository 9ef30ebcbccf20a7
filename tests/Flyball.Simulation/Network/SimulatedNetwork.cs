using System.Buffers;
using Flyball.Base.Transport;

namespace Flyball.Simulation.Network;

/// <summary>
/// Streams between simulated machines: messages are copied, delayed by a random time, kept in order, and lost with their
/// stream when it breaks, as TCP has it. Machines can be partitioned from each other and crash.
/// </summary>
internal sealed class SimulatedNetwork(TimeProvider time, Random random)
{
    private readonly Dictionary<string, Func<object>> listeners = new(StringComparer.Ordinal);
    private readonly List<ISimulatedLink> links = [];
    private readonly HashSet<(string, string)> partitions = [];

    /// <summary>Delays of a message in each direction.</summary>
    public TimeSpan DelayMin { get; set; } = TimeSpan.FromMilliseconds(0.2);

    public TimeSpan DelayMax { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Streams open now.</summary>
    public int Open => links.Count(link => !link.IsBroken);

    public TimeSpan Delay() => DelayMin + ((DelayMax - DelayMin) * random.NextDouble());

    /// <summary>A server answers streams of this method; called again after a restart, with the new handler.</summary>
    public void Listen<TSend, TReceive>(
        string machine, StreamMethod<TSend, TReceive> method, IStreamHandler<TSend, TReceive> handler)
        where TSend : class
        where TReceive : class
        => listeners[machine + method.FullName] = () => handler;

    /// <summary>The machine is down: nobody listens there and its streams are broken.</summary>
    public void Crash(string machine)
    {
        foreach (string key in listeners.Keys.Where(key => key.StartsWith(machine + "/", StringComparison.Ordinal)).ToArray()) listeners.Remove(key);
        foreach (ISimulatedLink link in links.Where(link => link.Client == machine || link.Server == machine))
            link.Break("the machine crashed");
        links.RemoveAll(link => link.IsBroken);
    }

    public void Partition(string one, string other)
    {
        partitions.Add((one, other));
        partitions.Add((other, one));
    }

    public void Heal()
    {
        // What was stuck in a partition does not arrive late out of nowhere: its streams time out.
        foreach (ISimulatedLink link in links.Where(link => IsCut(link.Client, link.Server)))
            link.Break("timed out in a partition");
        links.RemoveAll(link => link.IsBroken);
        partitions.Clear();
    }

    /// <summary>Breaks one open stream, drawn from the seed.</summary>
    public void BreakOne()
    {
        links.RemoveAll(link => link.IsBroken);
        if (links.Count > 0) links[random.Next(links.Count)].Break("reset by the network");
    }

    public bool IsCut(string one, string other) => partitions.Contains((one, other));

    public ITransport TransportOf(string client, string server) => new Transport(this, client, server);

    private async ValueTask<IMessageStream<TSend, TReceive>> OpenAsync<TSend, TReceive>(
        string client, string server, StreamMethod<TSend, TReceive> method, CancellationToken cancellation)
        where TSend : class
        where TReceive : class
    {
        await Task.Delay(Delay(), time, cancellation);
        if (IsCut(client, server)) await Task.Delay(TimeSpan.FromSeconds(5), time, cancellation);
        if (IsCut(client, server) || !listeners.TryGetValue(server + method.FullName, out Func<object>? listener))
            throw new TransportException($"{server} does not answer.");
        var handler = (IStreamHandler<TSend, TReceive>)listener();
        var link = new SimulatedLink<TSend, TReceive>(
            this, time, client, server, Copy(method.Send), Copy(method.Receive));
        links.RemoveAll(known => known.IsBroken);
        links.Add(link);
        _ = ServeAsync(handler, link);
        return link.ClientEnd;
    }

    private static async Task ServeAsync<TSend, TReceive>(
        IStreamHandler<TSend, TReceive> handler, SimulatedLink<TSend, TReceive> link)
        where TSend : class
        where TReceive : class
    {
        try
        {
            await handler.RunAsync(link.ServerEnd, new Peer(link.Client, link.Client), link.Broken);
            link.Complete();
        }
        catch (Exception e) when (e is TransportException or OperationCanceledException)
        {
            link.Break(e.Message);
        }
    }

    private static Func<T, T> Copy<T>(StreamCodec<T> codec) where T : class => message =>
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Write(message, buffer);
        return codec.Read(new ReadOnlySequence<byte>(buffer.WrittenMemory));
    };

    private sealed class Transport(SimulatedNetwork network, string client, string server) : ITransport
    {
        public ValueTask<IMessageStream<TSend, TReceive>> OpenAsync<TSend, TReceive>(
            StreamMethod<TSend, TReceive> method, CancellationToken cancellation)
            where TSend : class
            where TReceive : class
            => network.OpenAsync(client, server, method, cancellation);
    }
}
