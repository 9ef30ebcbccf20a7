using System.Runtime.InteropServices;

namespace Flyball.Cli.Executing;

/// <summary>
/// Keys go to the other side one by one and unseen here, Ctrl-C included, until disposed. By system calls and not by
/// <c>stty</c>: whenever a child process ends, .NET puts the terminal back to how it found it.
/// </summary>
internal sealed partial class RawTerminal : IDisposable
{
    private const int StandardInput = 0;

    /// <summary>TCSANOW.</summary>
    private const int AtOnce = 0;

    /// <summary>Room for a struct termios, whose layout only the C library needs to know; on Linux it has 60.</summary>
    private const int SettingsBytesMax = 256;

    private readonly byte[] before;

    private RawTerminal(byte[] before) => this.before = before;

    /// <summary>Null when the standard input is no terminal: then there is nothing to change.</summary>
    public static RawTerminal? Enter()
    {
        byte[] before = new byte[SettingsBytesMax];
        if (GetAttributes(StandardInput, ref before[0]) != 0) return null;
        byte[] raw = [.. before];
        MakeRaw(ref raw[0]);
        return SetAttributes(StandardInput, AtOnce, ref raw[0]) == 0 ? new RawTerminal(before) : null;
    }

    public void Dispose() => _ = SetAttributes(StandardInput, AtOnce, ref before[0]);

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static partial int GetAttributes(int descriptor, ref byte settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static partial int SetAttributes(int descriptor, int when, ref byte settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(ref byte settings);
}
