using System.Runtime.InteropServices;
using System.Text;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// A terminal without a screen (pty(7)): what a command writes to <see cref="Path"/> is read here, and the other way
/// round. The command's end is kept open here as well, so that reading ends when it is told to and not by chance.
/// </summary>
internal sealed class PseudoTerminal : IDisposable
{
    private const int NameBytesMax = 128;

    private readonly int master;
    private readonly int slave;
    private readonly int ended;
    private readonly Lock gate = new();
    private bool isDisposed;

    /// <exception cref="IOException">The system gives none, such as for want of descriptors.</exception>
    public PseudoTerminal()
    {
        master = Check(LibC.OpenMaster(LibC.OpenTerminal), "posix_openpt");
        Check(LibC.GrantSlave(master), "grantpt");
        Check(LibC.UnlockSlave(master), "unlockpt");
        byte[] name = new byte[NameBytesMax];
        if (LibC.NameOfSlave(master, ref name[0], NameBytesMax) != 0) throw new IOException("ptsname failed.");
        Path = Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
        slave = Check(LibC.Open(Path, LibC.OpenTerminal), "open");
        ended = Check(LibC.EventFd(0, LibC.EventFlags), "eventfd");
    }

    /// <summary>What the command opens.</summary>
    public string Path { get; }

    public void Resize(int columns, int rows) => _ = LibC.Control(
        master, LibC.SetWindowSize, new LibC.WindowSize { Columns = (ushort)columns, Rows = (ushort)rows });

    /// <summary>
    /// Waits for output; 0 when <see cref="End"/> was called and everything written before was read. For one thread.
    /// </summary>
    public int Read(byte[] buffer)
    {
        var descriptors = new LibC.PollFd[2];
        while (true)
        {
            descriptors[0] = new LibC.PollFd { Descriptor = master, Events = LibC.PollIn };
            descriptors[1] = new LibC.PollFd { Descriptor = ended, Events = LibC.PollIn };
            _ = LibC.Poll(descriptors, (nuint)descriptors.Length, -1);
            if ((descriptors[0].Returned & LibC.PollIn) != 0)
            {
                nint read = LibC.Read(master, ref buffer[0], buffer.Length);
                if (read > 0) return (int)read;
            }
            else if (descriptors[1].Returned != 0 || descriptors[0].Returned != 0)
            {
                return 0;
            }
        }
    }

    /// <summary>As much as the terminal takes now; 0 when the command has to read first. -1 when it is gone.</summary>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        nint written = LibC.Write(master, ref MemoryMarshal.GetReference(bytes), bytes.Length);
        if (written >= 0) return (int)written;
        return Marshal.GetLastPInvokeError() is LibC.ErrorTryAgain or LibC.ErrorInterrupted ? 0 : -1;
    }

    /// <summary>Nothing more will be written: <see cref="Read"/> ends. May come after the disposal.</summary>
    public void End()
    {
        lock (gate)
            if (!isDisposed) _ = LibC.Write(ended, 1, sizeof(ulong));
    }

    /// <summary>Not before the reading thread has ended.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (isDisposed) return;
            isDisposed = true;
            _ = LibC.Close(slave);
            _ = LibC.Close(master);
            _ = LibC.Close(ended);
        }
    }

    private int Check(int result, string call)
    {
        if (result >= 0) return result;
        int error = Marshal.GetLastPInvokeError();
        if (master > 0) _ = LibC.Close(master);
        if (slave > 0) _ = LibC.Close(slave);
        throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)}.");
    }
}
