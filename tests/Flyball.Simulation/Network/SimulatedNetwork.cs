using Flyball.Base.Transport;
using Flyball.Simulation.Machine;

namespace Flyball.Simulation.Network;

/// <summary>
/// Streams between simulated machines: messages are copied, delayed by a random time, kept in order, now and then
/// repeated, and lost with their stream when it breaks, as TCP has it. Machines can be cut off from each other and
/// crash.
/// </summary>
internal sealed class SimulatedNetwork(TimeProvider time, Random random)
{
    /// <summary>
    /// Both ends of a stream between machines that cannot see each other give it up, as keep-alives do.
    /// </summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    private readonly Dictionary<(string Machine, string Method), (SimulatedProcess Process, object Handler)> listeners
        = [];

    private readonly List<ISimulatedLink> links = [];

    /// <summary>Which machines cannot see each other, and which of their partitions this is.</summary>
    private readonly Dictionary<(string, string), int> cuts = [];

    private int partitions;

    /// <summary>Delays of a message in each direction.</summary>
    public TimeSpan DelayMin { get; set; } = TimeSpan.FromMilliseconds(0.2);

    public TimeSpan DelayMax { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>The share of messages that arrive twice: 0 to 1.</summary>
    public double RepeatedShare { get; set; }

    public TimeSpan Delay() => DelayMin + ((DelayMax - DelayMin) * random.NextDouble());

    public bool IsRepeated() => RepeatedShare > 0 && random.NextDouble() < RepeatedShare;

    /// <summary>A server answers streams of this method; called again after a restart, with the new handler.</summary>
    public void Listen<TSend, TReceive>(
        string machine, SimulatedProcess process, StreamMethod<TSend, TReceive> method,
        IStreamHandler<TSend, TReceive> handler)
        where TSend : class
        where TReceive : class
        => listeners[(machine, method.FullName)] = (process, handler);

    /// <summary>Nobody listens at the machine any more and its ends of streams are gone.</summary>
    public void Crash(string machine)
    {
        foreach ((string, string) key in listeners.Keys.Where(key => key.Machine == machine).ToArray())
            listeners.Remove(key);
        foreach (ISimulatedLink link in Of(machine)) link.Abandon(machine);
    }

    public void Partition(string one, string other)
    {
        if (IsCut(one, other)) return;
        int number = ++partitions;
        cuts[(one, other)] = cuts[(other, one)] = number;
        _ = time.CreateTimer(_ => Expire(one, other, number), null, KeepAlive, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What was under way arrives late, in order; what gave up meanwhile stays broken.</summary>
    public void Heal(string one, string other)
    {
        cuts.Remove((one, other));
        cuts.Remove((other, one));
        foreach (ISimulatedLink link in Between(one, other)) link.Resume();
    }

    public void HealAll()
    {
        foreach ((string one, string other) in cuts.Keys.ToArray()) Heal(one, other);
    }

    /// <summary>Breaks one open stream, drawn from the seed: what was under way in it is lost.</summary>
    public void BreakOne()
    {
        links.RemoveAll(link => link.IsOver);
        if (links.Count > 0) links[random.Next(links.Count)].Break("reset by the network");
    }

    public bool IsCut(string one, string other) => cuts.Count > 0 && cuts.ContainsKey((one, other));

    public ITransport TransportOf(string client, string server) => new Transport(this, client, server);

    private async ValueTask<IMessageStream<TSend, TReceive>> OpenAsync<TSend, TReceive>(
        string client, string server, StreamMethod<TSend, TReceive> method, CancellationToken cancellation)
        where TSend : class
        where TReceive : class
    {
        await Task.Delay(Delay(), time, cancellation);
        if (IsCut(client, server)) await Task.Delay(ConnectTimeout, time, cancellation);
        if (IsCut(client, server)
            || !listeners.TryGetValue((server, method.FullName), out (SimulatedProcess Process, object Handler) found)
            || found.Process.IsDead)
            throw new TransportException($"{server} does not answer.");
        var link = new SimulatedLink<TSend, TReceive>(this, time, client, server, method);
        links.RemoveAll(known => known.IsOver);
        links.Add(link);
        var handler = (IStreamHandler<TSend, TReceive>)found.Handler;
        found.Process.Post(() => _ = ServeAsync(found.Process, handler, link));
        return link.ClientEnd;
    }

    private static async Task ServeAsync<TSend, TReceive>(
        SimulatedProcess process, IStreamHandler<TSend, TReceive> handler, SimulatedLink<TSend, TReceive> link)
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
            link.CloseServer(e.Message);
        }
        catch (Exception e)
        {
            process.Failed(handler.GetType().Name, e);
            link.CloseServer(e.Message);
        }
    }

    private void Expire(string one, string other, int number)
    {
        if (!cuts.TryGetValue((one, other), out int current) || current != number) return;
        foreach (ISimulatedLink link in Between(one, other)) link.Break("timed out in a partition");
        // A stream that opened before the cut may outlive this look only if the cut ends: looked at again until then.
        _ = time.CreateTimer(_ => Expire(one, other, number), null, KeepAlive, Timeout.InfiniteTimeSpan);
    }

    private ISimulatedLink[] Of(string machine) =>
        [.. links.Where(link => !link.IsOver && (link.Client == machine || link.Server == machine))];

    private ISimulatedLink[] Between(string one, string other) =>
        [.. links.Where(link => (link.Client == one && link.Server == other)
            || (link.Client == other && link.Server == one))];

    private sealed class Transport(SimulatedNetwork network, string client, string server) : ITransport
    {
        public ValueTask<IMessageStream<TSend, TReceive>> OpenAsync<TSend, TReceive>(
            StreamMethod<TSend, TReceive> method, CancellationToken cancellation)
            where TSend : class
            where TReceive : class
            => network.OpenAsync(client, server, method, cancellation);
    }
}
