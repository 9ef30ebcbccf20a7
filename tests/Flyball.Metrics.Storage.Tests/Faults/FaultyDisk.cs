using Flyball.Base.Disk;

namespace Flyball.Metrics.Storage.Tests.Faults;

/// <summary>
/// A disk in memory that forgets: each file has a durable content and writes that wait for a flush, each directory
/// durable names and changes that wait for a sync. A crash keeps the durable and, by chance, some of the rest, torn at
/// any byte.
/// </summary>
internal sealed class FaultyDisk(int seed) : IDisk
{
    private readonly Random _random = new(seed);
    private readonly Lock _gate = new();
    private Dictionary<string, Content> _names = new(StringComparer.Ordinal);
    private Dictionary<string, Content> _durableNames = new(StringComparer.Ordinal);
    private long _usedBytes;

    /// <summary>Writes beyond this fail as on a full disk.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    /// <summary>Bytes that files take.</summary>
    public long UsedBytes => _usedBytes;

    /// <summary>Counts down on each flush; the flush at zero fails.</summary>
    public int FlushesUntilFailure { get; set; } = int.MaxValue;

    public int Flushes { get; private set; }

    /// <summary>Files by path.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_gate) return [.. _names.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The power fails. Open files of before must not be used any more.</summary>
    public void Crash()
    {
        lock (_gate)
        {
            foreach (string path in _names.Keys.Union(_durableNames.Keys).ToArray())
            {
                // A directory change that was not synced may have reached the disk or not.
                if (_random.Next(2) == 0) continue;
                if (_names.TryGetValue(path, out Content? content)) _durableNames[path] = content;
                else _durableNames.Remove(path);
            }

            _names = new Dictionary<string, Content>(_durableNames, StringComparer.Ordinal);
            foreach (Content content in _names.Values.Distinct()) content.Crash(_random);
            _usedBytes = _names.Values.Distinct().Sum(content => content.Bytes.LongLength);
        }
    }

    /// <summary>A copy of the disk as it is.</summary>
    public FaultyDisk Clone()
    {
        lock (_gate)
        {
            var copy = new FaultyDisk(0);
            foreach ((string path, Content content) in _names)
            {
                copy._names[path] = new Content { Bytes = [.. content.Bytes], Durable = [.. content.Bytes] };
                copy._durableNames[path] = copy._names[path];
            }

            return copy;
        }
    }

    public byte[] ReadAll(string path)
    {
        lock (_gate) return [.. _names[path].Bytes];
    }

    public void WriteAll(string path, byte[] bytes)
    {
        lock (_gate)
        {
            _names[path] = new Content { Bytes = bytes, Durable = [.. bytes] };
            _durableNames[path] = _names[path];
        }
    }

    public IDiskFile Open(string path, DiskOpenMode mode)
    {
        lock (_gate)
        {
            bool exists = _names.TryGetValue(path, out Content? content);
            if (mode == DiskOpenMode.Read && !exists) throw new FileNotFoundException("There is no such file.", path);
            if (!exists) _names[path] = content = new Content();
            if (mode == DiskOpenMode.Truncate) Resize(content!, 0);
            return new FaultyFile(this, content!);
        }
    }

    public bool Exists(string path)
    {
        lock (_gate) return _names.ContainsKey(path);
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            if (_names.Remove(path, out Content? content)) _usedBytes -= content.Bytes.Length;
        }
    }

    public void Rename(string from, string to)
    {
        lock (_gate)
        {
            if (!_names.Remove(from, out Content? content))
                throw new FileNotFoundException("There is no such file.", from);
            if (_names.TryGetValue(to, out Content? replaced)) _usedBytes -= replaced.Bytes.Length;
            _names[to] = content;
        }
    }

    public void CreateDirectory(string path)
    {
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_gate)
        {
            return [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == directory)
                .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
    }

    public void SyncDirectory(string directory)
    {
        lock (_gate)
        {
            foreach (string path in _durableNames.Keys.Where(
                path => Path.GetDirectoryName(path) == directory).ToArray())
            {
                if (!_names.ContainsKey(path)) _durableNames.Remove(path);
            }

            foreach ((string path, Content content) in _names)
            {
                if (Path.GetDirectoryName(path) == directory) _durableNames[path] = content;
            }
        }
    }

    private void Resize(Content content, int length)
    {
        _usedBytes += length - content.Bytes.Length;
        byte[] bytes = content.Bytes;
        Array.Resize(ref bytes, length);
        content.Bytes = bytes;
    }

    private sealed class Content
    {
        public byte[] Bytes { get; set; } = [];

        public byte[] Durable { get; set; } = [];

        /// <summary>
        /// What was not flushed arrives up to some byte, or not at all; the rest reads as before, or as zeros.
        /// </summary>
        public void Crash(Random random)
        {
            int same = Bytes.AsSpan().CommonPrefixLength(Durable);
            int arrived = random.Next(same, Bytes.Length + 1);
            int length = random.Next(2) == 0 ? Durable.Length : Math.Max(Durable.Length, arrived);
            byte[] left = new byte[length];
            Durable.AsSpan(0, Math.Min(length, Durable.Length)).CopyTo(left);
            Bytes.AsSpan(0, Math.Min(arrived, length)).CopyTo(left);
            Bytes = left;
            Durable = [.. left];
        }
    }

    private sealed class FaultyFile(FaultyDisk disk, Content content) : IDiskFile
    {
        public long Length
        {
            get
            {
                lock (disk._gate) return content.Bytes.Length;
            }
        }

        public int Read(long offset, Span<byte> destination)
        {
            lock (disk._gate)
            {
                int count = (int)Math.Clamp(content.Bytes.Length - offset, 0, destination.Length);
                content.Bytes.AsSpan((int)offset, count).CopyTo(destination);
                return count;
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> source)
        {
            lock (disk._gate)
            {
                int end = checked((int)offset + source.Length);
                int growth = Math.Max(0, end - content.Bytes.Length);
                if (disk._usedBytes + growth > disk.CapacityBytes)
                {
                    // A full disk takes a part of the write.
                    int room = (int)Math.Clamp(disk.CapacityBytes - disk._usedBytes, 0, source.Length);
                    if (room > 0 && offset + room > content.Bytes.Length) disk.Resize(content, (int)offset + room);
                    if (room > 0) source[..room].CopyTo(content.Bytes.AsSpan((int)offset));
                    throw new IOException("No space left on device");
                }

                if (end > content.Bytes.Length) disk.Resize(content, end);
                source.CopyTo(content.Bytes.AsSpan((int)offset));
            }
        }

        public void Flush()
        {
            lock (disk._gate)
            {
                disk.Flushes++;
                if (--disk.FlushesUntilFailure == 0)
                {
                    // As after a failed fsync: the pages are clean and the data may be lost.
                    throw new IOException("Input/output error");
                }

                content.Durable = [.. content.Bytes];
            }
        }

        public void SetLength(long length)
        {
            lock (disk._gate) disk.Resize(content, (int)length);
        }

        public void Dispose()
        {
        }
    }
}
