using Flyball.Base.Codecs;
using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Head;

/// <summary>
/// The sealed chunks of the head, in files that only grow. Appending only fills memory; <see cref="Flush"/>, called by
/// one thread at a time, writes. Until a checkpoint refers to a chunk, the WAL holds its samples too, so nothing here
/// need be synced before; what a crash leaves behind the checkpoint's end is dead bytes, because files are never
/// appended to again after a restart.
/// </summary>
internal sealed class ChunkLog(IDisk disk, string directory, long fileBytesMax, int firstFile) : IDisposable
{
    /// <summary>Suffix of the files' names.</summary>
    public const string Suffix = ".chunks";

    private const int PieceBytes = 256 << 10;
    private const int SparePieces = 8;

    private readonly Lock _gate = new();
    private readonly Lock _flushGate = new();
    private readonly List<Piece> _pending = [];
    private readonly Stack<ByteBuffer> _spare = new();
    private readonly Dictionary<int, IDiskFile> _files = [];
    private readonly SortedSet<int> _unsynced = [];
    private int _file = firstFile;
    private uint _offset;

    /// <summary>The first file of this run: what earlier ones hold is older than this process.</summary>
    public int FirstFile { get; private set; } = firstFile;

    /// <summary>Bytes that wait in memory.</summary>
    public long PendingBytes
    {
        get
        {
            lock (_gate) return _pending.Sum(piece => (long)piece.Bytes.Length);
        }
    }

    /// <summary>Where the next chunk will be, or before that.</summary>
    public LogPosition Position
    {
        get
        {
            lock (_gate) return new LogPosition(_file, _offset);
        }
    }

    /// <summary>
    /// Starts at a later file: a number that a checkpoint refers to is never given again, even if its file is gone.
    /// </summary>
    public void SkipTo(int file)
    {
        lock (_gate) FirstFile = _file = Math.Max(_file, file);
    }

    /// <summary>Appends a chunk and returns where it is.</summary>
    public (int File, uint Offset) Append(ReadOnlySpan<byte> chunk)
    {
        lock (_gate)
        {
            if (_offset > 0 && _offset + chunk.Length > fileBytesMax)
            {
                _file++;
                _offset = 0;
            }

            Piece? last = _pending.Count > 0 ? _pending[^1] : null;
            if (last is null || last.IsClosed || last.File != _file || last.Bytes.Length + chunk.Length > PieceBytes)
            {
                ByteBuffer bytes = _spare.TryPop(out ByteBuffer? spare) ? spare : new ByteBuffer(PieceBytes);
                _pending.Add(last = new Piece(_file, _offset, bytes));
            }


            last.Bytes.Bytes(chunk);
            uint offset = _offset;
            _offset += (uint)chunk.Length;
            return (_file, offset);
        }
    }

    /// <summary>Writes what has gathered.</summary>
    /// <param name="sync">Whether to make all of it durable.</param>
    /// <param name="wholePiecesOnly">Leaves a piece that still fills.</param>
    /// <exception cref="IOException">The disk refuses; what was not written is kept.</exception>
    public void Flush(bool sync, bool wholePiecesOnly = false)
    {
        lock (_flushGate)
        {
            while (NextPiece(wholePiecesOnly) is { } piece)
            {
                OpenForWriting(piece.File).Write(piece.Offset, piece.Bytes.Written);
                _unsynced.Add(piece.File);
                lock (_gate) Retire(piece);
            }

            if (!sync || _unsynced.Count == 0) return;
            foreach (int file in _unsynced) _files[file].Flush();
            disk.SyncDirectory(directory);
            _unsynced.Clear();
        }
    }

    /// <summary>Reads a chunk; false when the file ends before.</summary>
    public bool TryRead(int file, uint offset, Span<byte> destination)
    {
        IDiskFile? open;
        lock (_gate)
        {
            foreach (Piece piece in _pending)
            {
                if (piece.File != file || offset < piece.Offset || offset >= piece.Offset + piece.Bytes.Length)
                    continue;
                piece.Bytes.Written.Slice((int)(offset - piece.Offset), destination.Length).CopyTo(destination);
                return true;
            }

            if (!_files.TryGetValue(file, out open))
            {
                string path = PathOf(file);
                if (!disk.Exists(path)) return false;
                _files.Add(file, open = disk.Open(path, DiskOpenMode.Read));
            }
        }

        return open.Read(offset, destination) == destination.Length;
    }

    /// <summary>
    /// Deletes files whose number is below the least that is referred to. Readers that hold a reference keep reading:
    /// the handle closes when nobody does.
    /// </summary>
    public void DeleteBelow(int leastFile)
    {
        lock (_flushGate)
        {
            foreach (string name in disk.List(directory))
            {
                if (!SegmentName.TryParse(name, Suffix, out int file) || file >= Math.Min(leastFile, _file)) continue;
                lock (_gate) _files.Remove(file);
                disk.Delete(Path.Combine(directory, name));
            }
        }
    }

    public void Dispose()
    {
        foreach (IDiskFile file in _files.Values) file.Dispose();
    }

    private void Retire(Piece piece)
    {
        _pending.RemoveAt(0);
        if (_spare.Count == SparePieces || piece.Bytes.CapacityBytes > 2 * PieceBytes) return;
        piece.Bytes.Clear();
        _spare.Push(piece.Bytes);
    }

    private Piece? NextPiece(bool wholePiecesOnly)
    {
        lock (_gate)
        {
            if (_pending.Count == 0 || (wholePiecesOnly && _pending.Count == 1)) return null;
            _pending[0].IsClosed = true;
            return _pending[0];
        }
    }

    private string PathOf(int file) => Path.Combine(directory, SegmentName.Of(file, Suffix));

    private IDiskFile OpenForWriting(int file)
    {
        lock (_gate)
        {
            if (!_files.TryGetValue(file, out IDiskFile? open))
                _files.Add(file, open = disk.Open(PathOf(file), DiskOpenMode.OpenOrCreate));
            return open;
        }
    }

    private sealed class Piece(int file, uint offset, ByteBuffer bytes)
    {
        public int File { get; } = file;

        public uint Offset { get; } = offset;

        public ByteBuffer Bytes { get; } = bytes;

        public bool IsClosed { get; set; }
    }
}
