using System.Runtime.InteropServices;

namespace Flyball.Agent.Hosts;

/// <summary>The system call that .NET has no word for.</summary>
internal static partial class LibC
{
    /// <summary>As <c>struct statfs</c> on 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    public struct FileSystem
    {
        public long Type;
        public long BlockBytes;
        public ulong Blocks;
        public ulong FreeBlocks;
        public ulong AvailableBlocks;
        public ulong Files;
        public ulong FreeFiles;
    }

    /// <summary>0, or -1 when the file system cannot be asked.</summary>
    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int StatFs(string path, out FileSystem found);
}
