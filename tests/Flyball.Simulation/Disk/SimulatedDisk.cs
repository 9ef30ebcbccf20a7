using Flyball.Base.Disk;

namespace Flyball.Simulation.Disk;

/// <summary>
/// A disk that forgets what was not synced when its machine crashes: writes since the last flush are lost or torn at a
/// random byte, and so are names that were created, renamed or deleted since their directory was synced.
/// </summary>
internal sealed class SimulatedDisk(Random random) : IDisk
{
    private SortedDictionary<string, Inode> names = new(StringComparer.Ordinal);
    private SortedDictionary<string, Inode> syncedNames = new(StringComparer.Ordinal);

    /// <summary>True makes every write fail as a full disk does.</summary>
    public bool IsFull { get; set; }

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        if (!names.TryGetValue(path, out Inode? inode))
        {
            if (mode == DiskOpenMode.Read) throw new FileNotFoundException("No such file.", path);
            ThrowIfFull();
            names[path] = inode = new Inode();
        }

        if (mode == DiskOpenMode.Truncate) inode.SetLength(0);
        return new Handle(this, inode, mode == DiskOpenMode.Read);
    }

    public bool Exists(string path) => names.ContainsKey(path);

    public void Delete(string path) => names.Remove(path);

    public void Rename(string from, string to)
    {
        if (!names.Remove(from, out Inode? inode)) throw new FileNotFoundException("No such file.", from);
        names[to] = inode;
    }

    public void CreateDirectory(string path)
    {
        // Directories are implied by the names in them.
    }

    public IReadOnlyList<string> List(string directory) =>
        [.. names.Keys.Where(name => Path.GetDirectoryName(name) == directory).Select(name => Path.GetFileName(name))];

    public void SyncDirectory(string directory)
    {
        foreach (string name in syncedNames.Keys.Where(name => Path.GetDirectoryName(name) == directory).ToArray())
            syncedNames.Remove(name);
        foreach ((string name, Inode inode) in names.Where(entry => Path.GetDirectoryName(entry.Key) == directory))
            syncedNames[name] = inode;
    }

    /// <summary>The machine lost power.</summary>
    public void Crash()
    {
        // Names since the last sync may or may not have reached the disk; one draw for all keeps renames whole.
        if (random.Next(2) == 0) names = new SortedDictionary<string, Inode>(syncedNames, StringComparer.Ordinal);
        else syncedNames = new SortedDictionary<string, Inode>(names, StringComparer.Ordinal);
        foreach (Inode inode in names.Values.Distinct()) inode.Crash(random);
    }

    private void ThrowIfFull()
    {
        if (IsFull) throw new IOException("No space left on device");
    }

    private sealed class Inode
    {
        private byte[] current = [];
        private byte[] synced = [];

        public long Length => current.Length;

        public int Read(long offset, Span<byte> destination)
        {
            if (offset >= current.Length) return 0;
            int count = (int)Math.Min(destination.Length, current.Length - offset);
            current.AsSpan((int)offset, count).CopyTo(destination);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            byte[] next = new byte[Math.Max(current.Length, offset + source.Length)];
            current.CopyTo(next, 0);
            source.CopyTo(next.AsSpan((int)offset));
            current = next;
        }

        public void SetLength(long length)
        {
            byte[] next = new byte[length];
            current.AsSpan(0, (int)Math.Min(length, current.Length)).CopyTo(next);
            current = next;
        }

        public void Flush() => synced = current.ToArray();

        public void Crash(Random random)
        {
            // Each byte range since the last flush may have reached the disk in part: keep a random prefix of the
            // change.
            int common = 0;
            int shorter = Math.Min(current.Length, synced.Length);
            while (common < shorter && current[common] == synced[common]) common++;
            int kept = common + random.Next(Math.Max(1, current.Length - common + 1));
            byte[] after = synced.ToArray();
            if (kept > common)
            {
                if (after.Length < kept) Array.Resize(ref after, kept);
                current.AsSpan(common, kept - common).CopyTo(after.AsSpan(common));
            }

            current = after;
            synced = after.ToArray();
        }
    }

    private sealed class Handle(SimulatedDisk disk, Inode inode, bool readOnly) : IDiskFile
    {
        public long Length => inode.Length;

        public int Read(long offset, Span<byte> destination) => inode.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            if (readOnly) throw new UnauthorizedAccessException("Opened for reading.");
            disk.ThrowIfFull();
            inode.Write(offset, source);
        }

        public void Flush() => inode.Flush();

        public void SetLength(long length) => inode.SetLength(length);

        public void Dispose()
        {
            // Closing syncs nothing.
        }
    }
}
