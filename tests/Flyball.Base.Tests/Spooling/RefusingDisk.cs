using Flyball.Base.Disk;

namespace Flyball.Base.Tests.Spooling;

/// <summary>The real disk, but full when told so.</summary>
internal sealed class RefusingDisk : IDisk
{
    private readonly PhysicalDisk disk = PhysicalDisk.Instance;

    public bool IsFull { get; set; }

    public IDiskFile Open(string path, DiskOpenMode mode) => new File(this, disk.Open(path, mode));

    public bool Exists(string path) => disk.Exists(path);

    public void Delete(string path) => disk.Delete(path);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void CreateDirectory(string path) => disk.CreateDirectory(path);

    public IReadOnlyList<string> List(string directory) => disk.List(directory);

    public void SyncDirectory(string directory) => disk.SyncDirectory(directory);

    private sealed class File(RefusingDisk owner, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            if (owner.IsFull)
            {
                // As a disk that fills up in the middle: a part is written.
                file.Write(offset, source[..(source.Length / 2)]);
                throw new IOException("No space left on device");
            }

            file.Write(offset, source);
        }

        public void Flush() => file.Flush();

        public void SetLength(long length) => file.SetLength(length);

        public void Dispose() => file.Dispose();
    }
}
