using System.Runtime.InteropServices;

namespace Flyball.Load.Driving;

/// <summary>Waits for sockets and for a point in time, to some microseconds. One thread.</summary>
internal sealed unsafe class Poller : IDisposable
{
    /// <summary>The number under which the timer reports; sockets have others.</summary>
    private const int TimerId = -1;

    private const int EventsMax = 512;

    // The kernel packs its struct on x86 only.
    private static readonly bool Packed =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;
    private static readonly int EventSize = Packed ? 12 : 16;
    private static readonly int DataOffset = Packed ? 4 : 8;

    private readonly byte[] events = GC.AllocateArray<byte>(EventsMax * EventSize, pinned: true);
    private readonly int epoll;
    private readonly int timer;
    private long timerAt;

    /// <exception cref="IOException">The kernel gives no further descriptors.</exception>
    public Poller()
    {
        epoll = Check(Libc.EpollCreate(0x80000));
        timer = Check(Libc.TimerCreate(Libc.Monotonic, Libc.NonBlocking));
        Watch(timer, TimerId, Libc.Readable, Libc.Add);
    }

    public void Watch(int fd, int id, uint interest, int operation)
    {
        byte* change = stackalloc byte[16];
        *(uint*)change = interest;
        *(long*)(change + DataOffset) = id;
        Check(Libc.EpollControl(epoll, operation, fd, change));
    }

    /// <summary>Waits until something happens or a time comes, and hands each event over.</summary>
    /// <param name="untilNanoseconds">Of the monotonic clock.</param>
    /// <param name="nowNanoseconds">Of the same clock.</param>
    /// <param name="happened">Receives a socket's number and its events.</param>
    public void Wait(long untilNanoseconds, long nowNanoseconds, Action<int, uint> happened)
    {
        if (untilNanoseconds > nowNanoseconds) SetTimer(untilNanoseconds);
        int count;
        fixed (byte* first = events)
            count = Libc.EpollWait(epoll, first, EventsMax, untilNanoseconds > nowNanoseconds ? -1 : 0);
        if (count < 0)
        {
            if (Libc.Errno == Libc.Interrupted) return;
            throw new IOException($"waiting for sockets failed: {Marshal.GetPInvokeErrorMessage(Libc.Errno)}");
        }

        for (int i = 0; i < count; i++)
        {
            uint what = BitConverter.ToUInt32(events, i * EventSize);
            int id = (int)BitConverter.ToInt64(events, i * EventSize + DataOffset);
            if (id == TimerId) ClearTimer();
            else happened(id, what);
        }
    }

    public void Dispose()
    {
        _ = Libc.Close(timer);
        _ = Libc.Close(epoll);
    }

    private void SetTimer(long at)
    {
        if (at == timerAt) return;
        timerAt = at;
        long* value = stackalloc long[4];
        value[0] = value[1] = 0;
        value[2] = at / 1_000_000_000;
        value[3] = at % 1_000_000_000;
        Check(Libc.TimerSet(timer, Libc.AbsoluteTime, value, null));
    }

    private void ClearTimer()
    {
        ulong expirations;
        _ = Libc.Read(timer, &expirations, sizeof(ulong));
        timerAt = 0;
    }

    private static int Check(int result) => result >= 0
        ? result
        : throw new IOException(Marshal.GetPInvokeErrorMessage(Libc.Errno));
}
