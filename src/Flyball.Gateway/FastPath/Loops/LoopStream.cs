using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Flyball.Base.Streams;

namespace Flyball.Gateway.FastPath.Loops;

/// <summary>
/// A connection to an endpoint on one of the loops, as a stream; disposing it closes it. What the kernel has is read at
/// once: the HTTP client takes a connection for fresh when nothing, the end included, can be read from it.
/// </summary>
internal sealed class LoopStream(AwaitedSocket socket) : ConnectionStream
{
    /// <summary>Read without a wait before the loop's other connections have their turn.</summary>
    private const int TurnBytesMax = 1024 * 1024;

    private int readInTurn;

    // The poller holds the socket, and the client lets go of a connection whose answer nobody disposed.
    ~LoopStream() => Dispose(disposing: false);

    /// <exception cref="SocketException">None of the host's addresses takes connections.</exception>
    public static async ValueTask<Stream> ConnectAsync(
        EventLoop loop, DnsEndPoint host, CancellationToken cancellation)
    {
        IPAddress[] addresses = IPAddress.TryParse(host.Host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host.Host, cancellation);
        for (int i = 0; i < addresses.Length - 1; i++)
        {
            try
            {
                return await ConnectAsync(loop, new IPEndPoint(addresses[i], host.Port), cancellation);
            }
            catch (SocketException)
            {
                // The last one's error is told.
            }
        }

        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        return await ConnectAsync(loop, new IPEndPoint(addresses[^1], host.Port), cancellation);
    }

    // A read is made for each answer: its state is pooled, since the read nearly always waits.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
        {
            await socket.AnythingAsync(cancellationToken);
            return 0;
        }

        while (true)
        {
            int got = socket.TryReceive(buffer.Span, asksAgain: true);
            if (got == LoopSocket.Broken) throw new IOException("The connection is broken.");
            if (got == LoopSocket.Ended) return 0;
            readInTurn = got == 0 ? 0 : readInTurn + got;
            if (readInTurn >= TurnBytesMax)
            {
                readInTurn = 0;
                await Task.Yield();
            }

            if (got > 0) return got;
            await socket.ReadableAsync(cancellationToken);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int sent = socket.TrySend(buffer.Span);
        if (sent == LoopSocket.Broken) return ValueTask.FromException(new IOException("The connection is broken."));
        return sent == buffer.Length ? default : WriteRestAsync(buffer[sent..], cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        socket.Close(reset: !disposing);
        base.Dispose(disposing);
    }

    private static async ValueTask<Stream> ConnectAsync(
        EventLoop loop, IPEndPoint address, CancellationToken cancellation)
    {
        SocketAddress serialised = address.Serialize();
        ReadOnlyMemory<byte> bytes = serialised.Buffer[..serialised.Size];
        int descriptor = Posix.Socket(BitConverter.ToUInt16(bytes.Span));
        if (descriptor < 0) throw Failure(-descriptor);
        Posix.NoDelay(descriptor);
        int result = Posix.Connect(descriptor, bytes.Span);
        if (result < 0 && result != -Posix.InProgress)
        {
            Posix.Close(descriptor);
            throw Failure(-result);
        }

        var socket = new AwaitedSocket(loop, descriptor);
        try
        {
            bool watched = loop.IsCurrent ? socket.Watch() : await loop.AskAsync(socket.Watch);
            if (!watched) throw new SocketException((int)SocketError.TooManyOpenSockets);
            int error = result < 0 ? await socket.ConnectedAsync(cancellation) : 0;
            if (error != 0) throw Failure(error);
            return new LoopStream(socket);
        }
        catch
        {
            socket.Close(reset: false);
            throw;
        }
    }

    private static SocketException Failure(int error) => new((int)(error switch
    {
        Posix.Refused => SocketError.ConnectionRefused,
        _ when Posix.IsOwnLimit(error) => SocketError.TooManyOpenSockets,
        _ => SocketError.HostUnreachable,
    }));

    private async ValueTask WriteRestAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellation)
    {
        while (rest.Length > 0)
        {
            await socket.WritableAsync(cancellation);
            int sent = socket.TrySend(rest.Span);
            if (sent == LoopSocket.Broken) throw new IOException("The connection is broken.");
            rest = rest[sent..];
        }
    }
}
