using System.Runtime.InteropServices;

namespace Flyball.Cli.Executing;

/// <summary>How much the terminal shows, in characters.</summary>
internal readonly partial record struct TerminalSize(int Columns, int Rows)
{
    /// <summary>Where there is no terminal, or one that does not know: what terminals always had.</summary>
    private static readonly TerminalSize Usual = new(80, 24);

    /// <summary>TIOCGWINSZ.</summary>
    private const nuint Get = 0x5413;

    /// <summary>
    /// Asked of the kernel: the console class would first set the terminal up for programs that draw on it.
    /// </summary>
    public static TerminalSize Read()
    {
        WindowSize size = default;
        foreach (int descriptor in (ReadOnlySpan<int>)[0, 1])
        {
            if (Control(descriptor, Get, ref size) == 0 && size is { Columns: > 0, Rows: > 0 })
                return new TerminalSize(size.Columns, size.Rows);
        }

        return Usual;
    }

    /// <summary>struct winsize.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsX;
        public ushort PixelsY;
    }

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int Control(int descriptor, nuint request, ref WindowSize size);
}
