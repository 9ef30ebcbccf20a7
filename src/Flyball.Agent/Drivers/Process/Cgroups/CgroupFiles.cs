using System.Globalization;

namespace Flyball.Agent.Drivers.Process.Cgroups;

/// <summary>Reads and writes the small text files of control groups, where most failures are expected.</summary>
internal static class CgroupFiles
{
    /// <summary>The parent of all our groups.</summary>
    public const string Parent = "flyball";

    public static bool TryWrite(string path, string text)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
            file.Flush();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>The file's one number, or null when absent, unreadable or <c>max</c>.</summary>
    public static long? Number(string path) =>
        long.TryParse(Read(path).AsSpan().Trim(), CultureInfo.InvariantCulture, out long value) ? value : null;

    /// <summary>The number after a key in a file of "key number" lines.</summary>
    public static long? Keyed(string path, string key)
    {
        foreach (ReadOnlySpan<char> line in Read(path).AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key) && line.Length > key.Length && line[key.Length] == ' ' &&
                long.TryParse(line[(key.Length + 1)..], CultureInfo.InvariantCulture, out long value))
                return value;
        }

        return null;
    }

    public static IReadOnlyList<int> Pids(string path)
    {
        var pids = new List<int>();
        foreach (ReadOnlySpan<char> line in Read(path).AsSpan().EnumerateLines())
        {
            if (int.TryParse(line, CultureInfo.InvariantCulture, out int pid)) pids.Add(pid);
        }

        return pids;
    }

    public static bool TryCreate(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>rmdir: the files in a group are the kernel's and go with it.</summary>
    public static void TryRemove(string directory)
    {
        try
        {
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Processes are still leaving it: the next removal of the same group succeeds.
        }
    }
}
