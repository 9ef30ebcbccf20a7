using System.Runtime.InteropServices;

namespace Flyball.Base.Loops;

/// <summary>
/// The system calls of the loops, as Linux has them on x86-64 and arm64. Results below zero are negated error numbers.
/// Receiving and sending never wait, so they skip the runtime's transition: the error number is read in the same basic
/// block as the call, since the collector may stop the thread at the block's end and leave another one behind.
/// </summary>
public static unsafe class Posix
{
    public const int Again = 11;
    public const int Interrupted = 4;
    public const int InProgress = 115;
    public const int Refused = 111;
    public const int NoMemory = 12;
    public const int NoDescriptorsAtAll = 23;
    public const int NoDescriptors = 24;
    public const int NoBuffers = 105;
    public const int AddressInUse = 98;
    public const int AddressNotAvailable = 99;

    public const uint Readable = 0x001;
    public const uint Writable = 0x004;
    public const uint Error = 0x008;
    public const uint HangUp = 0x010;
    public const uint PeerDone = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    private const int NoSignal = 0x4000;
    private const int DontWait = 0x40;
    private const int Peek = 0x02;
    private const int StreamNonBlocking = 1 | 0x800 | 0x80000;
    private const int SocketLevel = 1;
    private const int TcpLevel = 6;
    private const int Ipv6Level = 41;

    public static int EpollCreate() => Checked(epoll_create1(0x80000));

    /// <summary>Descriptors that this process may have open.</summary>
    public static long DescriptorsMax()
    {
        const int OpenFiles = 7;
        ulong* limits = stackalloc ulong[2];
        return getrlimit(OpenFiles, limits) == 0 ? (long)Math.Min(limits[0], long.MaxValue) : long.MaxValue;
    }

    public static int EventDescriptor() => Checked(eventfd(0, 0x800 | 0x80000));

    /// <param name="epoll">The epoll descriptor.</param>
    /// <param name="operation">1 adds, 2 removes, 3 changes.</param>
    public static int EpollControl(int epoll, int operation, int descriptor, void* change) =>
        Checked(epoll_ctl(epoll, operation, descriptor, change));

    public static int EpollWait(int epoll, void* events, int most, int timeoutMs) =>
        Checked(epoll_wait(epoll, events, most, timeoutMs));

    public static int Receive(int descriptor, byte* to, int length)
    {
        nint result = recv(descriptor, to, length, DontWait);
        int error = Marshal.GetLastSystemError();
        return result >= 0 ? (int)result : -error;
    }

    public static int Send(int descriptor, byte* from, int length)
    {
        nint result = send(descriptor, from, length, DontWait | NoSignal);
        int error = Marshal.GetLastSystemError();
        return result >= 0 ? (int)result : -error;
    }

    /// <summary>True while the connection is open and nothing has arrived on it.</summary>
    public static bool IsQuiet(int descriptor)
    {
        byte one;
        nint result = recv(descriptor, &one, 1, DontWait | Peek);
        int error = Marshal.GetLastSystemError();
        return result < 0 && error == Again;
    }

    /// <summary>The bytes that wait, without taking them.</summary>
    public static int Look(int descriptor, byte* to, int length)
    {
        nint result = recv(descriptor, to, length, DontWait | Peek);
        int error = Marshal.GetLastSystemError();
        return result >= 0 ? (int)result : -error;
    }

    /// <summary>Two sockets that are connected to each other, for bytes both ways.</summary>
    public static int Pair(out int first, out int second)
    {
        const int Local = 1;
        int* both = stackalloc int[2];
        int result = Checked(socketpair(Local, StreamNonBlocking, 0, both));
        (first, second) = result < 0 ? (-1, -1) : (both[0], both[1]);
        return result;
    }

    public static int Socket(int family) => Checked(socket(family, StreamNonBlocking, 0));

    /// <summary>The next connection that waits; 11 (negated) when there is none.</summary>
    public static int Accept(int descriptor) => Checked(accept4(descriptor, null, null, 0x800 | 0x80000));

    public static int Connect(int descriptor, ReadOnlySpan<byte> address)
    {
        fixed (byte* at = address) return Checked(connect(descriptor, at, (uint)address.Length));
    }

    public static int Bind(int descriptor, ReadOnlySpan<byte> address)
    {
        fixed (byte* at = address) return Checked(bind(descriptor, at, (uint)address.Length));
    }

    public static int Listen(int descriptor, int backlog) => Checked(listen(descriptor, backlog));

    /// <summary>This machine's doing: no descriptors, memory or ports. It says nothing about the peer.</summary>
    public static bool IsOwnLimit(int error) =>
        error is NoDescriptors or NoDescriptorsAtAll or NoMemory or NoBuffers or AddressNotAvailable;

    /// <summary>The socket's own address (true) or its peer's, in the system's form; returns its length.</summary>
    public static int Address(int descriptor, bool own, Span<byte> address)
    {
        uint length = (uint)address.Length;
        fixed (byte* at = address)
        {
            int result = Checked(own ? getsockname(descriptor, at, &length) : getpeername(descriptor, at, &length));
            return result < 0 ? result : (int)length;
        }
    }

    public static void ReuseAddress(int descriptor) => Set(descriptor, SocketLevel, 2, 1);

    public static void ReusePort(int descriptor) => Set(descriptor, SocketLevel, 15, 1);

    public static void NoDelay(int descriptor) => Set(descriptor, TcpLevel, 1, 1);

    public static void TakeBothFamilies(int descriptor) => Set(descriptor, Ipv6Level, 26, 0);

    /// <summary>Closing will reset the connection, so that the peer cannot take it for a regular end.</summary>
    public static void ResetOnClose(int descriptor)
    {
        long onWithoutTime = 1;
        _ = setsockopt(descriptor, SocketLevel, 13, &onWithoutTime, sizeof(long));
    }

    /// <summary>The error that a connection attempt ended with; 0 for none.</summary>
    public static int PendingError(int descriptor)
    {
        int value = 0;
        uint length = sizeof(int);
        int result = Checked(getsockopt(descriptor, SocketLevel, 4, &value, &length));
        return result < 0 ? -result : value;
    }

    /// <summary>Nothing more will be sent; the peer sees the end.</summary>
    public static void EndSending(int descriptor) => _ = shutdown(descriptor, 1);

    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>Wakes whoever waits for the event descriptor.</summary>
    public static void Signal(int descriptor)
    {
        long one = 1;
        _ = write(descriptor, &one, sizeof(long));
    }

    public static void Unsignal(int descriptor)
    {
        long count;
        _ = read(descriptor, &count, sizeof(long));
    }

    private static void Set(int descriptor, int level, int option, int value) =>
        _ = setsockopt(descriptor, level, option, &value, sizeof(int));

    private static int Checked(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    [DllImport("libc")]
    [SuppressGCTransition]
    private static extern nint recv(int descriptor, byte* to, nint length, int flags);

    [DllImport("libc")]
    [SuppressGCTransition]
    private static extern nint send(int descriptor, byte* from, nint length, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int epoll_create1(int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int epoll_ctl(int epoll, int operation, int descriptor, void* change);

    [DllImport("libc", SetLastError = true)]
    private static extern int epoll_wait(int epoll, void* events, int most, int timeoutMs);

    [DllImport("libc", SetLastError = true)]
    private static extern int eventfd(uint initial, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int socket(int family, int type, int protocol);

    [DllImport("libc", SetLastError = true)]
    private static extern int socketpair(int family, int type, int protocol, int* descriptors);

    [DllImport("libc", SetLastError = true)]
    private static extern int accept4(int descriptor, void* address, uint* length, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int connect(int descriptor, void* address, uint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int bind(int descriptor, void* address, uint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int listen(int descriptor, int backlog);

    [DllImport("libc", SetLastError = true)]
    private static extern int getsockname(int descriptor, void* address, uint* length);

    [DllImport("libc", SetLastError = true)]
    private static extern int getpeername(int descriptor, void* address, uint* length);

    [DllImport("libc", SetLastError = true)]
    private static extern int setsockopt(int descriptor, int level, int option, void* value, uint length);

    [DllImport("libc", SetLastError = true)]
    private static extern int getsockopt(int descriptor, int level, int option, void* value, uint* length);

    [DllImport("libc")]
    private static extern int shutdown(int descriptor, int how);

    [DllImport("libc")]
    private static extern int getrlimit(int resource, ulong* limits);

    [DllImport("libc")]
    private static extern int close(int descriptor);

    [DllImport("libc")]
    private static extern nint write(int descriptor, void* from, nint length);

    [DllImport("libc")]
    private static extern nint read(int descriptor, void* to, nint length);
}
