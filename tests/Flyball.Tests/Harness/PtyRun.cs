using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Flyball.Tests.Harness;

/// <summary>A program on a terminal of its own, as a person runs it: what it shows is kept, keys are typed.</summary>
internal sealed partial class PtyRun : IAsyncDisposable
{
    /// <summary>O_RDWR | O_NOCTTY | O_CLOEXEC.</summary>
    private const int OpenFlags = 0x2 | 0x100 | 0x80000;
    private const nuint SetWindowSize = 0x5414;

    private readonly FileStream master;
    private readonly SafeFileHandle slave;
    private readonly StringBuilder shown = new();
    private readonly Task reading;

    private PtyRun(FileStream master, SafeFileHandle slave, string path, Running program)
    {
        this.master = master;
        this.slave = slave;
        Path = path;
        Program = program;
        reading = Task.Run(Read);
    }

    public string Path { get; }

    public Running Program { get; }

    public string Shown
    {
        get
        {
            lock (shown) return shown.ToString();
        }
    }

    public static PtyRun Start(
        int columns, int rows, string file, string[] arguments, params (string Name, string Value)[] environment)
    {
        int descriptor = OpenMaster(OpenFlags);
        Assert.True(descriptor >= 0 && Grant(descriptor) == 0 && Unlock(descriptor) == 0, "No terminal to be had.");
        byte[] name = new byte[128];
        Assert.Equal(0, NameOf(descriptor, name, (nuint)name.Length));
        string path = Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
        var slave = new SafeFileHandle(Open(path, OpenFlags), ownsHandle: true);
        Resize(descriptor, columns, rows);
        var master = new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.ReadWrite, 1);
        // The first terminal that a session's leader opens is its own: Ctrl-C and new sizes come by it.
        Running program = Running.Start("setsid",
            ["-w", "/bin/sh", "-c", "exec <>\"$0\" >&0 2>&0; exec \"$@\"", path, file, .. arguments], null,
            environment);
        return new PtyRun(master, slave, path, program);
    }

    public async Task TypeAsync(string keys)
    {
        await master.WriteAsync(Encoding.UTF8.GetBytes(keys));
        await master.FlushAsync();
    }

    public Task WaitForAsync(string text) => Eventually.TrueAsync(
        () => Task.FromResult(Shown.Contains(text, StringComparison.Ordinal)), TimeSpan.FromSeconds(30), () => Shown);

    public void Resize(int columns, int rows) =>
        Resize((int)master.SafeFileHandle.DangerousGetHandle(), columns, rows);

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        slave.Dispose();
        await reading;
        await master.DisposeAsync();
    }

    private static void Resize(int descriptor, int columns, int rows) =>
        Assert.Equal(0, Control(descriptor, SetWindowSize, [(ushort)rows, (ushort)columns, 0, 0]));

    private void Read()
    {
        byte[] buffer = new byte[4096];
        try
        {
            int count;
            while ((count = master.Read(buffer)) > 0)
                lock (shown) shown.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        catch (IOException)
        {
            // Everybody has closed the other end.
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt")]
    private static partial int OpenMaster(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt")]
    private static partial int Grant(int master);

    [LibraryImport("libc", EntryPoint = "unlockpt")]
    private static partial int Unlock(int master);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static partial int NameOf(int master, [In, Out] byte[] name, nuint size);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, ushort[] size);
}
