using System.Runtime.CompilerServices;

namespace Flyball.Base.Loops;

/// <summary>
/// A non-blocking socket that belongs to one loop. The kernel tells of changes only, so what it said is kept in flags
/// until a call shows that it no longer holds.
/// </summary>
public abstract unsafe class LoopSocket(SocketLoop loop, int descriptor)
{
    /// <summary>From <see cref="Receive"/>: the peer has sent all it will.</summary>
    public const int Ended = -1;

    /// <summary>From <see cref="Receive"/> and <see cref="Send"/>: the connection is broken.</summary>
    public const int Broken = -2;

    public SocketLoop Loop => loop;

    public int Descriptor { get; private set; } = descriptor;

    public uint Place { get; set; }

    public bool IsOpen => Descriptor >= 0;

    /// <summary>Receiving may bring something: bytes, the end or an error.</summary>
    public bool CanRead => KernelHolds || HoldsInput;

    public bool CanWrite { get; private set; }

    /// <summary>The peer sends no more; what it has sent may still be unread.</summary>
    public bool PeerDone { get; private set; }

    /// <summary>The connection is broken in both directions.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>It waits in the loop's queue for another turn.</summary>
    public bool IsDeferred { get; set; }

    /// <summary>The kernel may have bytes, the end or an error for this socket.</summary>
    protected bool KernelHolds { get; set; }

    /// <summary>Bytes that have left the kernel wait to be received: of what was encrypted.</summary>
    protected bool HoldsInput { get; set; }

    /// <summary>Something changed; on the loop's thread.</summary>
    public abstract void OnReady();

    /// <summary>Lets go of everything after a failure that nobody expected.</summary>
    public abstract void Abandon();

    /// <summary>The loop ends, and the socket with it; on the loop's thread.</summary>
    public virtual void End() => CloseDescriptor();

    public void Note(uint events)
    {
        if ((events & Posix.Readable) != 0) KernelHolds = true;
        if ((events & Posix.Writable) != 0) CanWrite = true;
        if ((events & (Posix.PeerDone | Posix.Error | Posix.HangUp)) == 0) return;
        KernelHolds = true;
        PeerDone = true;
        if ((events & Posix.Error) == 0 && (events & Posix.HangUp) == 0) return;
        CanWrite = true;
        IsBroken = true;
    }

    /// <summary>
    /// Receives at most <paramref name="most"/> bytes into the buffer at <paramref name="at"/>. The number of bytes, 0
    /// for nothing now, <see cref="Ended"/> or <see cref="Broken"/>.
    /// </summary>
    public virtual int Receive(LoopBuffer buffer, int at, int most)
    {
        int got = Posix.Receive(Descriptor, buffer.Pointer + at, most);
        if (got <= 0) return got == 0 ? Ended : NotReceived(got);
        // All there was has been read: what comes later, the end included, is told as a change.
        if (got < most && !PeerDone) KernelHolds = false;
        return got;
    }

    /// <summary>Sends a part of the buffer: the bytes the kernel took, or <see cref="Broken"/>.</summary>
    public virtual int Send(LoopBuffer buffer, int start, int end) =>
        SendBytes(buffer.Pointer + start, end - start);

    /// <summary>Leaves the loop and closes the descriptor.</summary>
    public virtual void CloseDescriptor()
    {
        if (Descriptor < 0) return;
        loop.Poller.Forget(this);
        Posix.Close(Descriptor);
        Descriptor = -1;
    }

    protected int SendBytes(byte* from, int length)
    {
        int sent = Posix.Send(Descriptor, from, length);
        return sent == length ? sent : SentInPart(sent);
    }

    /// <summary>Leaves the loop with the descriptor open, for another owner.</summary>
    protected int Detach()
    {
        loop.Poller.Remove(this);
        int descriptor = Descriptor;
        Descriptor = -1;
        return descriptor;
    }

    /// <summary>A connection is being made: nothing can be sent before it stands.</summary>
    protected void AwaitWritable() => CanWrite = false;

    protected void AssumeWritable() => CanWrite = true;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int NotReceived(int result)
    {
        if (result == -Posix.Interrupted) return 0;
        if (result != -Posix.Again) return Broken;
        KernelHolds = false;
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int SentInPart(int sent)
    {
        // The buffer is full: the kernel tells when there is room.
        CanWrite = false;
        if (sent >= 0) return sent;
        return sent is -Posix.Again or -Posix.Interrupted ? 0 : Broken;
    }
}
