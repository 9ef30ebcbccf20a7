using Microsoft.Win32.SafeHandles;

namespace Flyball.Cli.Executing;

/// <summary>
/// The standard streams as they are. On a terminal the console class reads whole lines with an editor and an echo of
/// its own, and sets the terminal up for programs that draw on it: there the descriptors themselves are used.
/// </summary>
internal static class StandardStreams
{
    public static Stream Input() =>
        Console.IsInputRedirected ? Console.OpenStandardInput() : Direct(0, FileAccess.Read);

    public static Stream Output() =>
        Console.IsOutputRedirected ? Console.OpenStandardOutput() : Direct(1, FileAccess.Write);

    public static Stream Error() =>
        Console.IsErrorRedirected ? Console.OpenStandardError() : Direct(2, FileAccess.Write);

    private static FileStream Direct(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
}
