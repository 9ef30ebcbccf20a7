using System.Runtime.InteropServices;

namespace Flyball.Base.Disk;

/// <summary>The three calls that .NET has no word for.</summary>
internal static partial class LibC
{
    /// <summary>O_RDONLY | O_DIRECTORY | O_CLOEXEC on Linux.</summary>
    public const int ReadOnlyDirectory = 0x10000 | 0x80000;

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);
}
