using System.Buffers;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Flyball.Agent.ServiceLinks;

/// <summary>
/// Forwards TCP connections from one listener to the target with the fewest of them; a target that refuses is passed
/// over for the next. Each direction ends on its own (half-close), as protocols that shut down early need.
/// </summary>
internal sealed partial class LinkForwarder : IAsyncDisposable
{
    /// <summary>A target that does not accept within this time is passed over.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Between looks for a target while there is none, and how often: a rollout may leave a short gap.
    /// </summary>
    private static readonly TimeSpan EmptyDelay = TimeSpan.FromMilliseconds(50);
    private const int EmptyTries = 40;

    private const int BufferBytes = 32 * 1024;

    private static readonly Meter Meter = new("Flyball.Agent");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>(
        "flyball.agent.link.refused",
        description: "Connections to a service link that found no endpoint that accepts.");

    private readonly Socket listener;
    private readonly Func<IReadOnlyList<ForwardTarget>> targets;
    private readonly SemaphoreSlim slots;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly Dictionary<ForwardTarget, int> active = [];
    private readonly Task accepting;
    private int turn;

    public LinkForwarder(
        Socket listener, Func<IReadOnlyList<ForwardTarget>> targets, int connectionsMax, TimeProvider time, ILogger log)
    {
        this.listener = listener;
        this.targets = targets;
        this.time = time;
        this.log = log;
        slots = new SemaphoreSlim(connectionsMax);
        accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // At the bound further connections wait in the listener's backlog.
                await slots.WaitAsync(stopping.Token);
                _ = ForwardAsync(await listener.AcceptAsync(stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or a client that was gone already.
                slots.Release();
                Log.CannotAccept(log, e.Message);
                await Task.Delay(EmptyDelay, time);
            }
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                (Socket Socket, ForwardTarget Target)? found = await ConnectAsync();
                if (found is not { } server)
                {
                    Refused.Add(1);
                    client.LingerState = new LingerOption(true, 0);
                    return;
                }

                using (server.Socket)
                {
                    try
                    {
                        await Task.WhenAll(CopyAsync(client, server.Socket), CopyAsync(server.Socket, client));
                    }
                    finally
                    {
                        Count(server.Target, -1);
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // Either side hung up, which ends both.
            }
            finally
            {
                slots.Release();
            }
        }
    }

    private async ValueTask<(Socket Socket, ForwardTarget Target)?> ConnectAsync()
    {
        var refused = new HashSet<ForwardTarget>();
        for (int tries = 0; tries < EmptyTries; tries++)
        {
            while (Choose(refused) is { } target)
            {
                if (await TryConnectAsync(target) is { } socket) return (socket, target);
                Count(target, -1);
                refused.Add(target);
            }

            await Task.Delay(EmptyDelay, time, stopping.Token);
            refused.Clear();
        }

        return null;
    }

    /// <summary>
    /// The target with the fewest connections, among equals the next in turn; counts the connection to be.
    /// </summary>
    private ForwardTarget? Choose(HashSet<ForwardTarget> except)
    {
        IReadOnlyList<ForwardTarget> all = targets();
        lock (gate)
        {
            ForwardTarget? best = null;
            int fewest = int.MaxValue;
            turn++;
            for (int i = 0; i < all.Count; i++)
            {
                ForwardTarget target = all[(int)((uint)(turn + i) % (uint)all.Count)];
                int count = active.GetValueOrDefault(target);
                if (count >= fewest || except.Contains(target)) continue;
                best = target;
                fewest = count;
            }

            if (best is { } chosen) active[chosen] = fewest + 1;
            return best;
        }
    }

    private void Count(ForwardTarget target, int change)
    {
        lock (gate)
        {
            int count = active.GetValueOrDefault(target) + change;
            if (count <= 0) active.Remove(target);
            else active[target] = count;
        }
    }

    private async ValueTask<Socket?> TryConnectAsync(ForwardTarget target)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var deadline = new CancellationTokenSource(ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, deadline.Token);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(target.Address), target.Port), either.Token);
            return socket;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            stopping.Token.ThrowIfCancellationRequested();
            return null;
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            while (true)
            {
                // An idle connection holds no buffer: the empty read waits until there is something.
                await from.ReceiveAsync(Memory<byte>.Empty, stopping.Token);
                byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                try
                {
                    int read = await from.ReceiveAsync(buffer, stopping.Token);
                    if (read == 0) break;
                    for (int sent = 0; sent < read;)
                        sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), stopping.Token);
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // A broken side takes the other with it: closing wakes the copy in the other direction. Both are reset, or
            // what was cut off would look whole.
            from.Close(0);
            to.Close(0);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4320, LogLevel.Warning, "A service link cannot accept: {Reason}")]
        public static partial void CannotAccept(ILogger logger, string reason);
    }
}
