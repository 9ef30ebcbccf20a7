using System.Runtime.InteropServices;

namespace Flyball.Load.Driving;

/// <summary>The system calls of the loop; each answers -1 and sets errno when it fails.</summary>
internal static unsafe partial class Libc
{
    public const int InProgress = 115;
    public const int Again = 11;
    public const int Interrupted = 4;

    public const uint Readable = 0x1;
    public const uint Writable = 0x4;
    public const uint Failed = 0x8;
    public const uint HungUp = 0x10;

    public const int Add = 1;
    public const int Modify = 3;

    public const int StreamNonBlocking = 1 | 0x800 | 0x80000;
    public const int NonBlocking = 0x800 | 0x80000;
    public const int Monotonic = 1;
    public const int AbsoluteTime = 1;
    public const int NoSignal = 0x4000;

    private const int SocketLevel = 1;
    private const int ErrorOption = 4;
    private const int TcpLevel = 6;
    private const int NoDelayOption = 1;

    public static int Errno => Marshal.GetLastPInvokeError();

    /// <summary>A connect's outcome, 0 when it succeeded.</summary>
    public static int SocketError(int fd)
    {
        int error = 0, size = sizeof(int);
        return GetOption(fd, SocketLevel, ErrorOption, &error, &size) < 0 ? Errno : error;
    }

    /// <summary>Small requests leave at once.</summary>
    public static void SetNoDelay(int fd)
    {
        int on = 1;
        _ = SetOption(fd, TcpLevel, NoDelayOption, &on, sizeof(int));
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int fd, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int fd, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int fd, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, void* bytes, nint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int fd, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* events, int max, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    public static partial int TimerCreate(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    public static partial int TimerSet(int fd, int flags, long* value, long* old);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int fd, int level, int option, int* value, int* size);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int fd, int level, int option, int* value, int size);
}
