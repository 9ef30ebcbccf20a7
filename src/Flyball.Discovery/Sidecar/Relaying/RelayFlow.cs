using Flyball.Base.Loops;

namespace Flyball.Discovery.Sidecar.Relaying;

/// <summary>
/// One direction of a relayed connection. It holds a buffer only while bytes are under way, and reads no more than it
/// has passed on: a slow receiver slows its sender.
/// </summary>
internal struct RelayFlow
{
    /// <summary>Bytes of one turn; then the loop's other connections have theirs.</summary>
    private const int TurnBytesMax = 256 * 1024;

    private LoopBuffer? buffer;
    private bool isEnded;
    private bool isFull;

    /// <summary>The end was passed on as well.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Bytes passed on.</summary>
    public long Bytes { get; private set; }

    /// <summary>The socket that broke, or null.</summary>
    public LoopSocket? Move(SocketLoop loop, LoopSocket from, LoopSocket to)
    {
        int left = TurnBytesMax;
        while (!IsDone)
        {
            if (buffer is { Length: > 0 } full)
            {
                if (!to.CanWrite) return null;
                int sent = to.Send(full, full.Start, full.End);
                if (sent == LoopSocket.Broken) return to;
                full.Start += sent;
                Bytes += sent;
                if (full.Length > 0) continue;
                full.Clear();
            }

            if (isEnded)
            {
                Posix.EndSending(to.Descriptor);
                IsDone = true;
                break;
            }

            if (!from.CanRead) break;
            if (left <= 0)
            {
                loop.Defer(from);
                break;
            }

            if (Receive(loop, from, ref left) is { } broken) return broken;
        }

        Release(loop);
        return null;
    }

    public void Release(SocketLoop loop)
    {
        if (buffer is null) return;
        loop.Buffers.Return(buffer);
        buffer = null;
    }

    private LoopSocket? Receive(SocketLoop loop, LoopSocket from, ref int left)
    {
        // Who fills a small buffer has more to say.
        if (isFull && buffer is { } small && small.Bytes.Length < BufferPool.LargeBytes) Release(loop);
        buffer ??= isFull ? loop.Buffers.RentLarge() : loop.Buffers.Rent();
        int room = buffer.Free;
        int got = from.Receive(buffer, buffer.End, room);
        if (got == LoopSocket.Broken) return from;
        if (got == LoopSocket.Ended)
        {
            isEnded = true;
            return null;
        }

        isFull = got == room;
        buffer.End += got;
        left -= got;
        return null;
    }
}
