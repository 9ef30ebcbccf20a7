using System.Runtime.InteropServices;

namespace Flyball.Agent.Hosts;

/// <summary>The system calls that .NET has no word for.</summary>
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

    /// <summary>As <c>struct timex</c> on 64-bit Linux; without modes it is only read.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 208)]
    public struct Clock
    {
        /// <summary>Of <see cref="Status"/>: STA_NANO.</summary>
        public const int InNanoseconds = 0x2000;

        /// <summary>What the call answers for a clock that nobody keeps: TIME_ERROR.</summary>
        public const int NotKept = 5;

        public uint Modes;
        public long Offset;
        public long Frequency;
        public long ErrorMax;
        public long Error;
        public int Status;
    }

    /// <summary>The clock's state, or -1.</summary>
    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    public static partial int AdjustTime(ref Clock clock);

    /// <summary>0, or -1 when the file system cannot be asked.</summary>
    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int StatFs(string path, out FileSystem found);
}
