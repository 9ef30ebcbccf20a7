using System.Threading.Channels;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts.Agent;
using Flyball.Contracts.Agent.Wire;

namespace Flyball.Agent.Sessions;

/// <summary>
/// One live control stream of one node: what goes down waits in a bounded queue with a single sender.
/// </summary>
internal sealed class NodeSession : IDisposable
{
    /// <summary>Messages that wait for the stream; then whoever sends waits.</summary>
    private const int OutgoingMax = 256;

    private readonly Channel<ServerMessage> outgoing = Channel.CreateBounded<ServerMessage>(OutgoingMax);
    private readonly CancellationTokenSource ending;
    private readonly TimeProvider time;
    private long lastBeat;
    private volatile IReadOnlyList<AllocationUsage> usage = [];

    public NodeSession(Node node, string id, TimeProvider time, CancellationToken cancellation)
    {
        Node = node.Id;
        Description = node;
        Id = id;
        this.time = time;
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Ended = ending.Token;
        lastBeat = time.GetTimestamp();
    }

    public string Node { get; }

    public string Id { get; }

    /// <summary>The node as its agent last described it.</summary>
    public Node Description { get; set; }

    /// <summary>Cancelled when the session is over, for whatever reason.</summary>
    public CancellationToken Ended { get; }

    public IReadOnlyList<AllocationUsage> Usage => usage;

    public TimeSpan SinceLastBeat => time.GetElapsedTime(Volatile.Read(ref lastBeat));

    public void End()
    {
        try
        {
            ending.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Over already.
        }
    }

    /// <exception cref="OperationCanceledException">The session is over.</exception>
    public ValueTask SendAsync(ServerMessage message, CancellationToken cancellation) =>
        outgoing.Writer.WriteAsync(message, cancellation);

    public void Beat(Heartbeat beat)
    {
        Volatile.Write(ref lastBeat, time.GetTimestamp());
        long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        usage = [.. beat.Usage.Select(u => new AllocationUsage(
            u.Allocation, u.CpuCores, u.MemoryBytes, u.MemoryLimitBytes, u.ReadBytesTotal, u.WrittenBytesTotal,
            u.ReceivedBytesTotal, u.SentBytesTotal, u.Pids, nowUnixMs))];
    }

    /// <summary>The stream's only sender.</summary>
    public async Task SendAllAsync(IMessageStream<ServerMessage, AgentMessage> stream)
    {
        // Not ReadAllAsync: it comes back on the thread pool.
        while (await outgoing.Reader.WaitToReadAsync(Ended))
            while (outgoing.Reader.TryRead(out ServerMessage? message)) await stream.SendAsync(message, Ended);
    }

    /// <summary>Ends the session when heartbeats stay away for too long.</summary>
    public async Task WatchBeatsAsync(TimeSpan limit)
    {
        while (SinceLastBeat < limit) await Pause.ForAsync(limit - SinceLastBeat, time, Ended);
    }

    public void Dispose() => ending.Dispose();
}
