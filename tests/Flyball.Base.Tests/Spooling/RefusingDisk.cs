using Flyball.Base.Disk;

namespace Flyball.Base.Tests.Spooling;

/// <summary>The real disk, but with little room, or broken when told so.</summary>
internal sealed class RefusingDisk : IDisk
{
    private const int NoSpace = 28;
    private const int InputOutput = 5;

    private readonly PhysicalDisk disk = PhysicalDisk.Instance;
    private readonly Dictionary<string, long> lengths = new(StringComparer.Ordinal);

    /// <summary>Refuses every write for another reason than room.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Of all files together.</summary>
    public long RoomBytes { get; set; } = long.MaxValue;

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        if (mode == DiskOpenMode.Truncate) lengths[path] = 0;
        return new File(this, path, disk.Open(path, mode));
    }

    public bool Exists(string path) => disk.Exists(path);

    public void Delete(string path)
    {
        lengths.Remove(path);
        disk.Delete(path);
    }

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void CreateDirectory(string path) => disk.CreateDirectory(path);

    public IReadOnlyList<string> List(string directory) => disk.List(directory);

    public void SyncDirectory(string directory) => disk.SyncDirectory(directory);

    private sealed class File(RefusingDisk owner, string path, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            if (owner.IsBroken) throw new IOException("Input/output error", InputOutput);
            long others = owner.lengths.Where(one => one.Key != path).Sum(one => one.Value);
            if (others + offset + source.Length > owner.RoomBytes)
            {
                // As a disk that fills up in the middle: a part is written.
                Grow(offset, source[..(source.Length / 2)]);
                throw new IOException("No space left on device", NoSpace);
            }

            Grow(offset, source);
        }

        public void Flush() => file.Flush();

        public void SetLength(long length) => file.SetLength(length);

        public void Dispose() => file.Dispose();

        private void Grow(long offset, ReadOnlySpan<byte> source)
        {
            file.Write(offset, source);
            owner.lengths[path] = Math.Max(owner.lengths.GetValueOrDefault(path), offset + source.Length);
        }
    }
}
