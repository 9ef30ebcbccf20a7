using Microsoft.Win32.SafeHandles;

namespace Flyball.Base.Disk;

/// <summary>The operating system's file system.</summary>
public sealed class PhysicalDisk : IDisk
{
    public static readonly PhysicalDisk Instance = new();

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        FileMode fileMode = mode switch
        {
            DiskOpenMode.Read => FileMode.Open,
            DiskOpenMode.OpenOrCreate => FileMode.OpenOrCreate,
            _ => FileMode.Create,
        };
        FileAccess access = mode == DiskOpenMode.Read ? FileAccess.Read : FileAccess.ReadWrite;
        return new PhysicalFile(File.OpenHandle(path, fileMode, access, FileShare.ReadWrite | FileShare.Delete));
    }

    public bool Exists(string path) => File.Exists(path);

    public void Delete(string path) => File.Delete(path);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public IReadOnlyList<string> List(string directory)
    {
        if (!Directory.Exists(directory)) return [];
        string[] names = [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path))];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    public void SyncDirectory(string directory)
    {
        // Linux makes directory entries durable by fsync on the directory itself; .NET opens no directories, libc does.
        int descriptor = LibC.Open(directory, LibC.ReadOnlyDirectory);
        if (descriptor < 0) throw new IOException($"Cannot open the directory {directory} to sync it.");
        try
        {
            if (LibC.FSync(descriptor) != 0) throw new IOException($"Cannot sync the directory {directory}.");
        }
        finally
        {
            _ = LibC.Close(descriptor);
        }
    }

    private sealed class PhysicalFile(SafeFileHandle handle) : IDiskFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int Read(long offset, Span<byte> destination)
        {
            int total = 0;
            while (total < destination.Length)
            {
                int read = RandomAccess.Read(handle, destination[total..], offset + total);
                if (read == 0) break;
                total += read;
            }

            return total;
        }

        public void Write(long offset, ReadOnlySpan<byte> source) => RandomAccess.Write(handle, source, offset);

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Dispose() => handle.Dispose();
    }
}
