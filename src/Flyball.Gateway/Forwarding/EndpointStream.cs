using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Flyball.Base.Streams;
using Flyball.Gateway.FastPath.Loops;

namespace Flyball.Gateway.Forwarding;

/// <summary>
/// The endpoint closed or reset the connection after a request and before the first byte of an answer.
/// </summary>
internal sealed class NoAnswerException(Exception? inner) : Exception("The connection ended before an answer.", inner);

/// <summary>
/// A connection to an endpoint on which a request without a body is sent once. The HTTP client sends such a request up
/// to three times more, whatever its method, when the connection ends without a byte of an answer; that would repeat a
/// POST that may have been carried out, and make retries that no budget knows. Ending with an exception that is no I/O
/// error keeps the client from it, and leaves the decision to the retry policy.
/// </summary>
internal sealed class EndpointStream(Stream inner) : ConnectionStream
{
    private volatile bool awaitsAnswer;
    private bool isUpgraded;

    /// <param name="loop">Where the connection is to be, if anywhere.</param>
    public static async ValueTask<Stream> ConnectAsync(
        EventLoop? loop, SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        if (loop is not null)
            return new EndpointStream(await LoopStream.ConnectAsync(loop, context.DnsEndPoint, cancellation));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new EndpointStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A read is made for each answer: its state is pooled, since the read nearly always waits.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e) when (awaitsAnswer)
        {
            throw new NoAnswerException(e);
        }

        // A read into nothing waits for data; it says nothing about the end.
        if (read == 0 && awaitsAnswer && buffer.Length > 0) throw new NoAnswerException(null);
        if (read > 0 && awaitsAnswer)
        {
            awaitsAnswer = false;
            isUpgraded = buffer.Span[..read].StartsWith("HTTP/1.1 101"u8);
        }

        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // What is said after a change of protocol asks for no answer of HTTP.
        awaitsAnswer = !isUpgraded;
        return inner.WriteAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
