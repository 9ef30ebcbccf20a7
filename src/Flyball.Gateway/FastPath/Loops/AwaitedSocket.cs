using System.Net;
using Flyball.Gateway.FastPath.Relaying;

namespace Flyball.Gateway.FastPath.Loops;

/// <summary>
/// A socket that a loop watches for code which awaits it, on any thread: one caller receives and one sends at a time.
/// Whoever waits goes on on the loop's thread, so that a request needs no other; what goes on there must not block.
/// </summary>
internal sealed class AwaitedSocket(EventLoop loop, int descriptor) : GatewaySocket(loop, descriptor)
{
    private readonly Readiness readable = new();
    private readonly Readiness writable = new();

    /// <summary>Calls under way, and one for being open: the descriptor is closed with the last of them.</summary>
    private int users = 1;
    private int closed;
    private volatile bool resets;

    /// <summary>The kernel may hold bytes; the receiver's own.</summary>
    private bool holds;

    /// <summary>Has the loop watch it; false when the kernel has no room for it. On the loop's thread.</summary>
    public bool Watch()
    {
        if (Loop.Poller.Add(this)) return true;
        Close(reset: true);
        return false;
    }

    /// <summary>
    /// Bytes received, 0 for nothing now, <see cref="LoopSocket.Ended"/> or <see cref="LoopSocket.Broken"/>.
    /// </summary>
    /// <param name="into">Where to.</param>
    /// <param name="asksAgain">
    /// The next call asks the kernel too, even when this one gets less than it could take: the end may have come since.
    /// </param>
    public unsafe int TryReceive(Span<byte> into, bool asksAgain = false)
    {
        if (readable.Take()) holds = true;
        if (!holds) return IsClosed ? Broken : 0;
        if (!Enter()) return Broken;
        int got;
        fixed (byte* at = into) got = Posix.Receive(Descriptor, at, into.Length);
        Leave();
        if (got == 0) return Ended;
        if (got == -Posix.Interrupted) return TryReceive(into, asksAgain);
        if (got < 0 && got != -Posix.Again) return Broken;
        // All there was has been read: what comes later, the end included, is signalled.
        if (got < into.Length && !PeerDone && !(asksAgain && got > 0)) holds = false;
        return Math.Max(got, 0);
    }

    /// <summary>Bytes that the kernel took, or <see cref="LoopSocket.Broken"/>.</summary>
    public unsafe int TrySend(ReadOnlySpan<byte> bytes)
    {
        // A signal of before says nothing about what comes after this call. It is taken first, or a close could go by.
        writable.Take();
        if (!Enter()) return Broken;
        int sent;
        fixed (byte* at = bytes) sent = Posix.Send(Descriptor, at, bytes.Length);
        Leave();
        if (sent >= 0) return sent;
        return sent is -Posix.Again or -Posix.Interrupted ? 0 : Broken;
    }

    /// <summary>Until there is something to receive: bytes, the end or an error. The kernel is asked.</summary>
    public async ValueTask AnythingAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await ReadableAsync(cancellation);
            if (readable.Take()) holds = true;
            if (!Enter()) return;
            bool isQuiet = Posix.IsQuiet(Descriptor);
            Leave();
            if (!isQuiet) return;
            holds = false;
        }
    }

    /// <summary>Until receiving may bring something.</summary>
    public ValueTask ReadableAsync(CancellationToken cancellation = default) =>
        holds ? default : readable.WaitAsync(cancellation);

    /// <summary>Until the kernel has room again after it took less than was to be sent.</summary>
    public ValueTask WritableAsync(CancellationToken cancellation = default) => writable.WaitAsync(cancellation);

    /// <summary>Until the connection that is being made stands: 0, or the error it failed with.</summary>
    public async ValueTask<int> ConnectedAsync(CancellationToken cancellation)
    {
        await writable.WaitAsync(cancellation);
        if (!Enter()) return Posix.NoDescriptors;
        int error = Posix.PendingError(Descriptor);
        Leave();
        return error;
    }

    /// <summary>Closes it, from any thread; whoever waits finds it broken.</summary>
    /// <param name="reset">The peer must not take it for a regular end.</param>
    public void Close(bool reset)
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        resets = reset;
        Leave();
        readable.SignalElsewhere();
        writable.SignalElsewhere();
    }

    public override void OnReady()
    {
        bool receives = KernelHolds;
        KernelHolds = false;
        if (receives) readable.Signal();
        if (CanWrite) writable.Signal();
    }

    public override void Abandon() => Close(reset: true);

    /// <summary>Whoever is in a call may have the descriptor until its end.</summary>
    public override void End() => Close(reset: true);

    /// <summary>Its own address, or its peer's; null when it has none any more.</summary>
    public IPEndPoint? Address(bool own)
    {
        if (!Enter()) return null;
        Span<byte> address = stackalloc byte[128];
        int length = Posix.Address(Descriptor, own, address);
        Leave();
        return length > 0 ? LoopParts.EndPointOf(address) : null;
    }

    private bool IsClosed => Volatile.Read(ref closed) != 0;

    private bool Enter()
    {
        int before = Volatile.Read(ref users);
        while (before > 0)
        {
            int seen = Interlocked.CompareExchange(ref users, before + 1, before);
            if (seen == before) return !IsClosed || Left();
            before = seen;
        }

        return false;
    }

    private bool Left()
    {
        Leave();
        return false;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref users) != 0) return;
        // A loop that has ended touches no descriptor any more.
        if (Loop.IsCurrent || !Loop.Post(CloseNow)) CloseNow();
    }

    private void CloseNow()
    {
        if (resets && IsOpen) Posix.ResetOnClose(Descriptor);
        CloseDescriptor();
    }
}
