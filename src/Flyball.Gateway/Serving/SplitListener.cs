using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Serving;

/// <summary>
/// Accepts a door's connections, looks at the first bytes of each without consuming them, and passes it on to the side
/// that speaks its protocol. A connection that sends nothing is closed after the keep-alive time-out.
/// </summary>
internal sealed partial class SplitListener : IConnectionListener
{
    /// <summary>
    /// No HTTP/1.1 request that Kestrel would accept begins like this: the method is reserved for the preface.
    /// </summary>
    private static readonly byte[] Preface = "PRI * HTTP/2.0"u8.ToArray();

    /// <summary>The wait after a connection could not be accepted.</summary>
    private static readonly TimeSpan AcceptDelay = TimeSpan.FromMilliseconds(100);

    private readonly IConnectionListener listener;
    private readonly ConnectionQueue http1;
    private readonly ConnectionQueue http2;
    private readonly GatewayOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopped = new();
    private readonly Task accepting;
    private int undecided;

    public SplitListener(
        IConnectionListener listener, ConnectionQueue http2, GatewayOptions options, TimeProvider time, ILogger logger)
    {
        this.listener = listener;
        this.http2 = http2;
        this.options = options;
        this.time = time;
        this.logger = logger;
        http1 = new ConnectionQueue(listener.EndPoint, listener.UnbindAsync);
        accepting = AcceptAllAsync();
    }

    public EndPoint EndPoint => listener.EndPoint;

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        http1.AcceptAsync(cancellationToken);

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await http1.UnbindAsync(cancellationToken);
        await stopped.CancelAsync();
        await accepting;
    }

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        await listener.DisposeAsync();
        await http1.DisposeAsync();
        await http2.DisposeAsync();
    }

    private async Task AcceptAllAsync()
    {
        try
        {
            while (await NextAsync() is { } connection)
            {
                if (Volatile.Read(ref undecided) < options.ConnectionsMax)
                {
                    _ = DecideAsync(connection);
                    continue;
                }

                Log.TooMany(logger, options.ConnectionsMax);
                await connection.DisposeAsync();
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The door closes.
        }
    }

    /// <summary>
    /// The next connection, or null when the door is closed. Running out of descriptors or memory passes: the door
    /// stays open and tries again.
    /// </summary>
    private async Task<ConnectionContext?> NextAsync()
    {
        while (true)
        {
            try
            {
                return await listener.AcceptAsync(stopped.Token);
            }
            catch (SocketException e)
            {
                Log.NotAccepted(logger, e.Message);
                await Task.Delay(AcceptDelay, time, stopped.Token);
            }
        }
    }

    private async Task DecideAsync(ConnectionContext connection)
    {
        Interlocked.Increment(ref undecided);
        bool passedOn = false;
        try
        {
            bool? isHttp2 = Look(connection.Transport.Input) ?? await WaitAndLookAsync(connection.Transport.Input);
            passedOn = isHttp2 is { } known && (known ? http2 : http1).TryAdd(connection);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionAbortedException)
        {
            Log.ClosedEarly(logger, e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref undecided);
            if (!passedOn) await connection.DisposeAsync();
        }
    }

    private async Task<bool?> WaitAndLookAsync(PipeReader input)
    {
        using var limit = new CancellationTokenSource(options.KeepAliveTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopped.Token);
        while (true)
        {
            ReadResult read = await input.ReadAsync(linked.Token);
            bool? decided = Decide(read.Buffer);
            // Too few bytes to tell: they count as examined, so that the next read waits for more.
            input.AdvanceTo(read.Buffer.Start, decided is null ? read.Buffer.End : read.Buffer.Start);
            if (decided is not null) return decided;
            if (read.IsCompleted) return null;
        }
    }

    private static bool? Look(PipeReader input)
    {
        if (!input.TryRead(out ReadResult read)) return null;
        bool? decided = Decide(read.Buffer);
        input.AdvanceTo(read.Buffer.Start, decided is null ? read.Buffer.End : read.Buffer.Start);
        return decided;
    }

    /// <summary>
    /// True for HTTP/2, false for anything else, null while the bytes are still a beginning of the preface.
    /// </summary>
    private static bool? Decide(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        int length = (int)Math.Min(buffer.Length, first.Length);
        buffer.Slice(0, length).CopyTo(first);
        if (!Preface.AsSpan().StartsWith(first[..length])) return false;
        return length == Preface.Length ? true : null;
    }

    private static partial class Log
    {
        [LoggerMessage(3052, LogLevel.Warning, "A connection was closed: {Most} others have not sent a byte yet")]
        public static partial void TooMany(ILogger logger, int most);

        [LoggerMessage(3054, LogLevel.Error, "A connection could not be accepted: {Reason}")]
        public static partial void NotAccepted(ILogger logger, string reason);

        [LoggerMessage(3053, LogLevel.Debug, "A connection ended before its first request: {Reason}")]
        public static partial void ClosedEarly(ILogger logger, string reason);
    }
}
