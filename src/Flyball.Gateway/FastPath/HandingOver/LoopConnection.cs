using System.IO.Pipelines;
using Flyball.Gateway.FastPath.Loops;
using Microsoft.AspNetCore.Connections;

namespace Flyball.Gateway.FastPath.HandingOver;

/// <summary>
/// A client's connection for the other path, on the loop that accepted it: the loop receives and sends, and what the
/// server does for a request it does there, without another thread. It begins with bytes that the loop has read.
/// </summary>
internal class LoopConnection : DefaultConnectionContext
{
    /// <summary>Received and not yet read, as with the server's own transport; then nothing more is received.</summary>
    private const int UnreadMax = 1024 * 1024;

    /// <summary>Written and not yet sent; then who writes waits.</summary>
    private const int UnsentMax = 64 * 1024;

    /// <summary>One send takes so much of an answer.</summary>
    private const int SendBytes = 32 * 1024;

    /// <summary>Receives that found something in a row before the loop's other connections have their turn.</summary>
    private const int ReceivesMax = 16;

    /// <summary>Room for a receive; as the server's own transport has it.</summary>
    private const int ReceiveBytesMin = 2048;

    private readonly AwaitedSocket socket;
    private readonly Action ended;
    private readonly PipeWriter received;
    private readonly PipeReader toSend;
    private readonly CancellationTokenSource closing = new();
    private Exception? ending;
    private Task running = Task.CompletedTask;
    private int disposed;

    /// <param name="socket">The connection.</param>
    /// <param name="ended">Called once, when it has ended.</param>
    public LoopConnection(AwaitedSocket socket, Action ended)
    {
        this.socket = socket;
        this.ended = ended;
        var input = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: UnreadMax, resumeWriterThreshold: UnreadMax / 2, useSynchronizationContext: false));
        var output = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: UnsentMax, resumeWriterThreshold: UnsentMax / 2, minimumSegmentSize: SendBytes,
            useSynchronizationContext: false));
        received = input.Writer;
        toSend = output.Reader;
        Transport = new Ends(input.Reader, output.Writer);
        Application = new Ends(output.Reader, input.Writer);
        ConnectionClosed = closing.Token;
        LocalEndPoint = socket.Address(own: true);
        RemoteEndPoint = socket.Address(own: false);
    }

    /// <param name="unread">What was read before.</param>
    public void Begin(byte[] unread) => running = Task.WhenAll(ReceiveAsync(unread), SendAsync());

    public override void Abort(ConnectionAbortedException abortReason)
    {
        Close(abortReason);
        toSend.CancelPendingRead();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            await Transport.Input.CompleteAsync();
            await Transport.Output.CompleteAsync();
            try
            {
                await running;
            }
            finally
            {
                closing.Dispose();
                ended();
            }
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private async Task ReceiveAsync(byte[] unread)
    {
        Exception? error = null;
        try
        {
            error = await ReceiveAllAsync(unread);
        }
        catch (Exception e)
        {
            // The reader is told of it as of any other end.
            error = e;
        }

        await received.CompleteAsync(Volatile.Read(ref ending) ?? error);
        // Whoever asked to be told may do anything: not on the loop.
        await Task.Yield();
        await closing.CancelAsync();
    }

    /// <returns>Why it ended, or null for a regular end.</returns>
    private async Task<Exception?> ReceiveAllAsync(byte[] unread)
    {
        if (unread.Length > 0 && IsOver(await received.WriteAsync(unread))) return null;
        int inARow = 0;
        while (true)
        {
            // No memory is held meanwhile: most connections wait.
            await socket.ReadableAsync();
            int got = socket.TryReceive(received.GetSpan(ReceiveBytesMin));
            if (got == LoopSocket.Ended) return null;
            if (got == LoopSocket.Broken) return new ConnectionResetException("The client reset the connection.");
            if (got == 0)
            {
                inARow = 0;
                continue;
            }

            received.Advance(got);
            if (IsOver(await received.FlushAsync())) return null;
            if (++inARow < ReceivesMax) continue;
            inARow = 0;
            await Task.Yield();
        }
    }

    /// <summary>Nobody reads any more.</summary>
    private static bool IsOver(FlushResult flush) => flush.IsCompleted || flush.IsCanceled;

    private async Task SendAsync()
    {
        Exception? error = null;
        try
        {
            error = await SendAllAsync();
        }
        catch (Exception e)
        {
            error = e;
        }

        Close(error);
        // Without the reason, as from the server's own transport: a write that threw it would stop HTTP/2's writer.
        await toSend.CompleteAsync();
        received.CancelPendingFlush();
    }

    private async Task<Exception?> SendAllAsync()
    {
        while (true)
        {
            ReadResult read = await toSend.ReadAsync();
            if (read.IsCanceled) return Volatile.Read(ref ending);
            foreach (ReadOnlyMemory<byte> part in read.Buffer)
            {
                if (!await SendAsync(part)) return new ConnectionResetException("The client reset the connection.");
            }

            toSend.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return null;
        }
    }

    private async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> part)
    {
        while (part.Length > 0)
        {
            int sent = socket.TrySend(part.Span);
            if (sent == LoopSocket.Broken) return false;
            part = part[sent..];
            if (part.Length > 0) await socket.WritableAsync();
        }

        return true;
    }

    /// <summary>Ends the connection: regularly without a reason, else so that the client sees the break.</summary>
    private void Close(Exception? reason)
    {
        Interlocked.CompareExchange(
            ref ending, reason ?? new ConnectionAbortedException("All was sent and the connection closed."), null);
        socket.Close(reset: reason is not null);
    }

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
