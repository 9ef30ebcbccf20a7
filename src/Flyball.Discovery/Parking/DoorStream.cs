using System.Net.Sockets;
using Flyball.Base.Streams;
using Microsoft.AspNetCore.Connections;

namespace Flyball.Discovery.Parking;

/// <summary>
/// A connection's bytes, with those in front that are to be read again. What goes wrong is told in the words by which
/// the HTTP server knows that a client is gone.
/// </summary>
internal sealed class DoorStream(Socket socket, ReadOnlyMemory<byte> front) : ConnectionStream
{
    private ReadOnlyMemory<byte> front = front;
    private volatile bool isEnded;

    /// <summary>Of the bytes in front, those that nobody has read yet.</summary>
    public ReadOnlySpan<byte> Unread => front.Span;

    /// <summary>To its reader the bytes end here; the connection goes on.</summary>
    public void End() => isEnded = true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (isEnded) return 0;
        if (front.Length > 0)
        {
            int length = Math.Min(front.Length, buffer.Length);
            front[..length].CopyTo(buffer);
            front = front[length..];
            return length;
        }

        try
        {
            return await socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);
        }
        catch (SocketException e)
        {
            throw new ConnectionResetException(e.Message, e);
        }
        catch (ObjectDisposedException e)
        {
            throw new ConnectionAbortedException(e.Message, e);
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (buffer.Length > 0)
            {
                // What the system takes at once costs no arguments of an asynchronous call, which the socket would
                // keep.
                int sent = socket.Send(buffer.Span, SocketFlags.None, out SocketError error);
                if (error == SocketError.WouldBlock)
                    sent = await socket.SendAsync(buffer, SocketFlags.None, cancellationToken);
                else if (error != SocketError.Success) throw new SocketException((int)error);
                buffer = buffer[sent..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // To the server a write does not fail, or it is an error of its own in the log: the next read tells.
            End();
        }
    }

    /// <summary>Only for what is left over of an answer that was broken off: nobody waits for it.</summary>
    public override void Write(byte[] buffer, int offset, int count) => End();
}
