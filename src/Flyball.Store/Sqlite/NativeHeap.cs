using System.Runtime.InteropServices;

namespace Flyball.Store.Sqlite;

/// <summary>The C library's heap, in which SQLite has its pages: what is freed there stays with the process.</summary>
internal static partial class NativeHeap
{
    /// <summary>Gives freed pages back to the system; nothing where the C library cannot (musl).</summary>
    public static void Trim()
    {
        try
        {
            _ = MallocTrim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // It gives back what it can by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);
}
