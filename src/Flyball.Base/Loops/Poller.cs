using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Flyball.Base.Loops;

/// <summary>
/// The sockets of one loop and what the kernel says about them. Each is registered once, edge-triggered for both
/// directions, so that a request costs no further registration. A socket's place is its descriptor and a number that is
/// never used twice: an event that was fetched before its socket was closed is told from one for its successor.
/// </summary>
public sealed unsafe class Poller : IDisposable
{
    private const int EventsMax = 512;

    /// <summary>The kernel packs the record on x86-64 only.</summary>
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly int epoll = Posix.EpollCreate();
    private readonly int wake = Posix.EventDescriptor();
    private readonly byte* events = (byte*)NativeMemory.Alloc(EventsMax * 16);
    private LoopSocket?[] sockets = new LoopSocket?[256];
    private uint lastPlace;

    public Poller()
    {
        if (epoll < 0 || wake < 0) throw new IOException("No descriptors for an event loop are left.");
        Control(1, wake, Posix.Readable, 0);
    }

    /// <summary>Sockets that are registered.</summary>
    public int Count { get; private set; }

    public IEnumerable<LoopSocket> Sockets => sockets.OfType<LoopSocket>();

    /// <summary>False when the kernel has no room for it.</summary>
    public bool Add(LoopSocket socket, uint interest = Posix.Readable | Posix.Writable | Posix.PeerDone
        | Posix.EdgeTriggered)
    {
        int descriptor = socket.Descriptor;
        if (descriptor >= sockets.Length) Array.Resize(ref sockets, Math.Max(descriptor + 1, sockets.Length * 2));
        socket.Place = ++lastPlace;
        if (Control(1, descriptor, interest, Data(socket)) < 0) return false;
        sockets[descriptor] = socket;
        Count++;
        return true;
    }

    public void Change(LoopSocket socket, uint interest) => Control(3, socket.Descriptor, interest, Data(socket));

    /// <summary>Forgets the socket; the descriptor stays open.</summary>
    public void Remove(LoopSocket socket)
    {
        if (sockets[socket.Descriptor] != socket) return;
        sockets[socket.Descriptor] = null;
        Count--;
        Control(2, socket.Descriptor, 0, 0);
    }

    /// <summary>Forgets a socket whose descriptor is closed next, which takes it out of the kernel's list.</summary>
    public void Forget(LoopSocket socket)
    {
        // One that was never added may lie beyond.
        if (socket.Descriptor >= sockets.Length || sockets[socket.Descriptor] != socket) return;
        sockets[socket.Descriptor] = null;
        Count--;
    }

    /// <summary>Waits for events; the result is their number, for <see cref="Take"/>.</summary>
    public int Wait(int timeoutMs) => Math.Max(0, Posix.EpollWait(epoll, events, EventsMax, timeoutMs));

    /// <summary>
    /// The socket of an event with its flags set, or null when it is gone or the loop was only woken.
    /// </summary>
    public LoopSocket? Take(int index)
    {
        byte* at = events + (index * EventBytes);
        uint flags = Unsafe.ReadUnaligned<uint>(at);
        ulong data = Unsafe.ReadUnaligned<ulong>(at + DataOffset);
        if (data == 0)
        {
            Posix.Unsignal(wake);
            return null;
        }

        LoopSocket? socket = sockets[(uint)data];
        if (socket is null || socket.Place != (uint)(data >> 32)) return null;
        socket.Note(flags);
        return socket;
    }

    /// <summary>Ends a wait from another thread.</summary>
    public void Wake() => Posix.Signal(wake);

    public void Dispose()
    {
        Posix.Close(wake);
        Posix.Close(epoll);
        NativeMemory.Free(events);
    }

    private static ulong Data(LoopSocket socket) => (ulong)socket.Place << 32 | (uint)socket.Descriptor;

    private int Control(int operation, int descriptor, uint interest, ulong data)
    {
        byte* change = stackalloc byte[16];
        Unsafe.WriteUnaligned(change, interest);
        Unsafe.WriteUnaligned(change + DataOffset, data);
        return Posix.EpollControl(epoll, operation, descriptor, change);
    }
}
