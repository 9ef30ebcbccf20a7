using System.Buffers.Binary;
using System.Net.Sockets;
using Flyball.Base.Work;

namespace Flyball.Discovery.Sources;

/// <summary>
/// A session with a ZooKeeper that only reads: one request at a time, watches that tell that something has changed,
/// pings in between.
/// </summary>
internal sealed class ZooKeeperSession : IDisposable
{
    private const int GetData = 4;
    private const int GetChildren = 8;
    private const int Ping = 11;
    private const int NoNode = -101;

    /// <summary>Of one message; ZooKeeper's own bound is 1 MiB unless it is changed.</summary>
    private const int MessageBytesMax = 16 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly TimeProvider time;
    private NetworkStream? stream;
    private Task<byte[]>? reading;
    private TimeSpan pingEvery;
    private int lastXid;

    private ZooKeeperSession(TimeProvider time) => this.time = time;

    /// <summary>A watch has fired since this was last set to false.</summary>
    public bool HasChanged { get; set; }

    public static async Task<ZooKeeperSession> OpenAsync(
        string host, int port, TimeSpan timeout, TimeProvider time, CancellationToken cancellation)
    {
        var session = new ZooKeeperSession(time);
        try
        {
            using var deadline = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
            await session.socket.ConnectAsync(host, port, either.Token);
            session.stream = new NetworkStream(session.socket);
            await session.BeginAsync(timeout, cancellation);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>The names below a node, watched; null when there is no such node.</summary>
    public async Task<string[]?> ChildrenAsync(string path, CancellationToken cancellation) =>
        await AskAsync(GetChildren, path, cancellation) is { } body ? new JuteReader(body.Span).ReadTexts() : null;

    /// <summary>What a node holds, watched; null when there is no such node.</summary>
    public async Task<byte[]?> DataAsync(string path, CancellationToken cancellation) =>
        await AskAsync(GetData, path, cancellation) is { } body
            ? new JuteReader(body.Span).ReadBuffer().ToArray() : null;

    /// <summary>Keeps the session until a watch fires, or for a time.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellation)
    {
        DateTimeOffset end = time.GetUtcNow() + longest;
        while (!HasChanged && time.GetUtcNow() is var now && now < end)
        {
            TimeSpan wait = end - now < pingEvery ? end - now : pingEvery;
            if (await NextAsync(wait, cancellation) is { } reply) Heard(reply);
            else await PingAsync(cancellation);
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        stream?.Dispose();
        if (reading is { } left) _ = EndAsync(left);
    }

    /// <summary>A reading that ends because nobody reads on has nothing to tell.</summary>
    private static async Task EndAsync(Task left)
    {
        try
        {
            await left;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or SourceException)
        {
            _ = e;
        }
    }

    private async Task BeginAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        const int PasswordBytes = 16;
        byte[] request = new JuteWriter().Int(0).Long(0).Int((int)timeout.TotalMilliseconds).Long(0)
            .Buffer(new byte[PasswordBytes]).Bool(false).ToArray();
        await stream!.WriteAsync(request, cancellation);
        byte[] answer = await MessageAsync(Patience, cancellation)
            ?? throw SourceException.Away("it does not begin a session in time");
        var reader = new JuteReader(answer);
        reader.ReadInt();
        int granted = reader.ReadInt();
        if (granted <= 0) throw SourceException.Away("it refuses the session");
        pingEvery = TimeSpan.FromMilliseconds(Math.Max(1, granted / 3));
    }

    /// <summary>The answer's body; null when there is no such node.</summary>
    private async Task<ReadOnlyMemory<byte>?> AskAsync(int type, string path, CancellationToken cancellation)
    {
        int xid = ++lastXid;
        await stream!.WriteAsync(
            new JuteWriter().Int(xid).Int(type).Text(path).Bool(true).ToArray(), cancellation);
        while (true)
        {
            ZooKeeperReply reply = await NextAsync(Patience, cancellation)
                ?? throw SourceException.Away($"it does not answer about {path} in time");
            if (reply.Xid is ZooKeeperReply.WatchXid or ZooKeeperReply.PingXid)
            {
                Heard(reply);
                continue;
            }

            if (reply.Xid != xid) throw SourceException.Wrong($"it answers request {reply.Xid} instead of {xid}");
            if (reply.Error == NoNode) return null;
            if (reply.Error != 0) throw SourceException.Away($"it refuses {path} with error {reply.Error}");
            return reply.Body;
        }
    }

    private async Task PingAsync(CancellationToken cancellation)
    {
        await stream!.WriteAsync(new JuteWriter().Int(ZooKeeperReply.PingXid).Int(Ping).ToArray(), cancellation);
        // Whatever it is, it shows that the server lives.
        Heard(await NextAsync(Patience, cancellation)
            ?? throw SourceException.Away("it does not answer a ping in time"));
    }

    private void Heard(ZooKeeperReply reply) => HasChanged |= reply.Xid == ZooKeeperReply.WatchXid;

    private async Task<ZooKeeperReply?> NextAsync(TimeSpan patience, CancellationToken cancellation) =>
        await MessageAsync(patience, cancellation) is { } message ? ZooKeeperReply.Read(message) : null;

    /// <summary>The next message; null when none is whole by then: it goes on being read.</summary>
    private async Task<byte[]?> MessageAsync(TimeSpan patience, CancellationToken cancellation)
    {
        reading ??= ReadAsync(stream!);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(reading, Pause.ForAsync(patience, time, over.Token));
        over.Cancel();
        cancellation.ThrowIfCancellationRequested();
        if (!reading.IsCompleted) return null;
        Task<byte[]> done = reading;
        reading = null;
        return await done;
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream)
    {
        byte[] prefix = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(prefix);
        int length = BinaryPrimitives.ReadInt32BigEndian(prefix);
        if (length is < 0 or > MessageBytesMax)
            throw SourceException.Wrong($"it announces a message of {length} bytes: is that a ZooKeeper?");
        byte[] message = new byte[length];
        await stream.ReadExactlyAsync(message);
        return message;
    }
}
