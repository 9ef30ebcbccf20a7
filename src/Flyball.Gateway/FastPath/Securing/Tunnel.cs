using Flyball.Gateway.FastPath.HandingOver;
using Flyball.Gateway.FastPath.Loops;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// Carries decrypted bytes between a client's connection and the other path, each way never further than the other side
/// takes them. An end of the client's side is passed on as such; the other path's end is the connection's.
/// </summary>
internal sealed partial class Tunnel
{
    /// <summary>Buffers that one side may fill before other connections have their turn.</summary>
    private const int TurnsMax = 16;

    /// <summary>A client that takes nothing for this long while something waits for it is given up.</summary>
    private static readonly TimeSpan ClientStall = TimeSpan.FromSeconds(60);

    private readonly SecureClient client;
    private readonly TunnelEnd end;
    private LoopBuffer? up;
    private LoopBuffer? down;
    private bool clientEnded;
    private bool passedEnd;
    private bool otherEnded;
    private bool isOver;
    private bool stalls;
    private volatile bool isAborted;

    private Tunnel(SecureClient client, TunnelEnd end)
    {
        this.client = client;
        this.end = end;
        end.Belong(this);
    }

    private EventLoop Loop => client.Loop;

    /// <summary>Opens one and gives its far end to the receiver; null when the system has no room for it.</summary>
    public static Tunnel? Open(SecureClient client, TunnelFacts facts, byte[] unread, IHandOver receiver)
    {
        EventLoop loop = client.Loop;
        int result = Posix.Pair(out int near, out int far);
        if (result < 0)
        {
            Log.NotOpened(loop.Parts.Logger, -result);
            return null;
        }

        var end = new TunnelEnd(loop, near);
        if (!loop.Poller.Add(end))
        {
            Posix.Close(near);
            Posix.Close(far);
            return null;
        }

        var tunnel = new Tunnel(client, end);
        loop.Parts.AddTunnel();
        receiver.TakeTunnel(loop, far, unread, facts, tunnel.Abort);
        return tunnel;
    }

    /// <summary>Moves bytes both ways until each side has to be waited for.</summary>
    public void Pump()
    {
        if (isOver || !PumpUp() || !PumpDown()) return;
        bool waits = down is { Length: > 0 } || client.HasUnsent;
        if (!waits && otherEnded) Finish();
        else if (!waits) Loop.Timers.Remove(client.Timer);
        else if (!stalls) Loop.Timers.Set(client.Timer, Loop.After(ClientStall));
        stalls = waits;
    }

    /// <summary>The client has taken something: its time begins again.</summary>
    public void Progressed() => stalls = false;

    /// <summary>The connection is broken, or shall be: neither side may take what it has for the whole.</summary>
    public void Break()
    {
        if (!isOver) client.BreakOff(resets: true);
    }

    /// <summary>Lets go of the far end and the buffers; the client's connection is ended by its owner.</summary>
    public void Close()
    {
        if (isOver) return;
        isOver = true;
        Loop.Parts.RemoveTunnel();
        end.CloseDescriptor();
        Release(ref up);
        Release(ref down);
    }

    /// <summary>
    /// The other path breaks the connection off, and closes its end next: what it has said before is still carried.
    /// From any thread.
    /// </summary>
    private void Abort() => isAborted = true;

    private void Finish()
    {
        if (isAborted)
        {
            Break();
            return;
        }

        Close();
        client.EndTunnel();
    }

    /// <summary>False when the tunnel is over.</summary>
    private bool PumpUp()
    {
        for (int turn = 0; ; turn++)
        {
            if (up is { Length: > 0 } && !Send(end, up)) return !isOver;
            if (clientEnded)
            {
                if (!passedEnd) end.EndSending();
                passedEnd = true;
                return true;
            }

            if (!client.CanRead || otherEnded)
            {
                Release(ref up);
                return true;
            }

            if (turn == TurnsMax)
            {
                Loop.Defer(client);
                return true;
            }

            up ??= Loop.Buffers.Rent();
            int got = client.Receive(up, up.End, up.Free);
            if (got == LoopSocket.Broken)
            {
                Break();
                return false;
            }

            if (got > 0) up.End += got;
            clientEnded = got == LoopSocket.Ended;
        }
    }

    private bool PumpDown()
    {
        for (int turn = 0; ; turn++)
        {
            if (client.HasUnsent || (down is { Length: > 0 } && !Send(client, down))) return !isOver;
            if (otherEnded || !end.CanRead)
            {
                Release(ref down);
                return true;
            }

            if (turn == TurnsMax)
            {
                Loop.Defer(end);
                return true;
            }

            down ??= Loop.Buffers.Rent();
            int got = end.Receive(down, down.End, down.Free);
            if (got > 0) down.End += got;
            otherEnded = got < 0;
        }
    }

    /// <summary>True when the buffer is empty then; false when its rest has to wait, or the tunnel is over.</summary>
    private bool Send(LoopSocket to, LoopBuffer from)
    {
        int sent = to.CanWrite ? to.Send(from, from.Start, from.End) : 0;
        if (sent == LoopSocket.Broken)
        {
            if (to == client)
            {
                Break();
                return false;
            }

            // The other path reads no more, but what it has said before is still to be carried.
            sent = from.Length;
        }

        if (sent > 0 && to == client) stalls = false;
        from.Start += sent;
        if (from.Length > 0) return false;
        from.Clear();
        return true;
    }

    private void Release(ref LoopBuffer? buffer)
    {
        if (buffer is not null) Loop.Buffers.Return(buffer);
        buffer = null;
    }

    private static partial class Log
    {
        [LoggerMessage(3066, LogLevel.Error, "A connection could not be passed on: error {Error}")]
        public static partial void NotOpened(ILogger logger, int error);
    }
}
