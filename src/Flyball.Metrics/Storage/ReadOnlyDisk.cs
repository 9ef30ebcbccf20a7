using Flyball.Base.Disk;

namespace Flyball.Metrics.Storage;

/// <summary>
/// Shows the files of a disk and changes none of them: what is written goes into memory and is seen by nobody else.
/// So a store can be opened to look at it, recovery and all, with its directory left as it was. One thread.
/// </summary>
internal sealed class ReadOnlyDisk(IDisk disk) : IDisk
{
    private readonly Dictionary<string, MemoryFile> written = new(StringComparer.Ordinal);
    private readonly HashSet<string> gone = new(StringComparer.Ordinal);

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        if (written.TryGetValue(path, out MemoryFile? file) && mode != DiskOpenMode.Truncate) return file;
        if (mode == DiskOpenMode.Read) return disk.Open(path, mode);
        var copy = new MemoryFile();
        if (mode == DiskOpenMode.OpenOrCreate && disk.Exists(path)) copy.Load(disk.Open(path, DiskOpenMode.Read));
        gone.Remove(path);
        written[path] = copy;
        return copy;
    }

    public bool Exists(string path) => written.ContainsKey(path) || (!gone.Contains(path) && disk.Exists(path));

    public void Delete(string path)
    {
        written.Remove(path);
        gone.Add(path);
    }

    public void Rename(string from, string to)
    {
        if (written.Remove(from, out MemoryFile? file)) written[to] = file;
        gone.Add(from);
    }

    public void CreateDirectory(string path)
    {
    }

    public IReadOnlyList<string> List(string directory)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string name in disk.List(directory))
            if (!gone.Contains(Path.Combine(directory, name))) names.Add(name);
        foreach (string path in written.Keys)
            if (Path.GetDirectoryName(path) == directory) names.Add(Path.GetFileName(path));
        return [.. names];
    }

    public void SyncDirectory(string directory)
    {
    }

    /// <summary>A file that exists in memory only; closing it keeps it.</summary>
    private sealed class MemoryFile : IDiskFile
    {
        private byte[] bytes = [];

        public long Length { get; private set; }

        public void Load(IDiskFile source)
        {
            using (source)
            {
                SetLength(source.Length);
                Length = source.Read(0, bytes.AsSpan(0, (int)Length));
            }
        }

        public int Read(long offset, Span<byte> destination)
        {
            int count = (int)Math.Clamp(Length - offset, 0, destination.Length);
            bytes.AsSpan((int)Math.Min(offset, Length), count).CopyTo(destination);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            if (offset + source.Length > Length) SetLength(offset + source.Length);
            source.CopyTo(bytes.AsSpan((int)offset));
        }

        public void Flush()
        {
        }

        public void SetLength(long length)
        {
            if (length > bytes.Length) Array.Resize(ref bytes, checked((int)Math.Max(length, bytes.Length * 2L)));
            Length = length;
        }

        public void Dispose()
        {
        }
    }
}
