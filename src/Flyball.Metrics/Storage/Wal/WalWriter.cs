using Flyball.Base.Codecs;
using Flyball.Base.Disk;

namespace Flyball.Metrics.Storage.Wal;

/// <summary>
/// The files of the WAL. Appends go into memory under the head's lock; <see cref="Commit"/>, called by one thread at a
/// time, writes and syncs what has gathered. Bytes that could not be made durable stay in memory and go, whole, into a
/// new segment at the next attempt: after a failed fsync the old file's pages are not to be trusted.
/// </summary>
internal sealed class WalWriter(IDisk disk, string directory, long segmentBytesMax, int firstSegment) : IDisposable
{
    /// <summary>Suffix of the segments' names.</summary>
    public const string Suffix = ".wal";

    public const int FormatVersion = 1;

    private readonly Lock _gate = new();
    private ByteBuffer _gathering = new(1 << 20);
    private ByteBuffer _committing = new(1 << 20);
    private IDiskFile? _file;
    private long _offset;
    private bool _mustRotate;

    /// <summary>Bytes ever appended: where the log ends, in memory or on disk.</summary>
    public long AppendedBytes { get; private set; }

    /// <summary>Bytes that are durable.</summary>
    public long DurableBytes { get; private set; }

    /// <summary>The segment that the next commit writes to, or the one behind it.</summary>
    public int Segment { get; private set; } = firstSegment - 1;

    /// <summary>
    /// Appends whole frames; the result is the position that must be durable before they are acknowledged.
    /// </summary>
    public long Append(ReadOnlySpan<byte> frames)
    {
        lock (_gate)
        {
            _gathering.Bytes(frames);
            return AppendedBytes += frames.Length;
        }
    }

    /// <summary>
    /// Makes the next commit start a segment, and says which: a checkpoint of the state as of now replays from there.
    /// Call it under the lock that orders appends, with nothing uncommitted.
    /// </summary>
    public int Rotate()
    {
        lock (_gate)
        {
            _mustRotate = true;
            return Segment + 1;
        }
    }

    /// <summary>Writes and syncs all that was appended before the call.</summary>
    /// <exception cref="IOException">The disk refuses; what was appended is kept for the next attempt.</exception>
    public void Commit()
    {
        long target;
        lock (_gate)
        {
            if (_committing.Length == 0) (_gathering, _committing) = (_committing, _gathering);
            else if (_gathering.Length > 0) MoveGathered();
            target = AppendedBytes;
        }

        if (_committing.Length == 0) return;
        try
        {
            if (_file is null || _mustRotate || _offset >= segmentBytesMax) StartSegment();
            _file!.Write(_offset, _committing.Written);
            _file.Flush();
        }
        catch (IOException)
        {
            _mustRotate = true;
            throw;
        }

        _offset += _committing.Length;
        _committing.Clear();
        DurableBytes = target;
    }

    public void Dispose() => _file?.Dispose();

    private void MoveGathered()
    {
        _committing.Bytes(_gathering.Written);
        _gathering.Clear();
    }

    private void StartSegment()
    {
        CutTorn();
        int next = Segment + 1;
        string path = Path.Combine(directory, SegmentName.Of(next, Suffix));
        IDiskFile file = disk.Open(path, DiskOpenMode.Truncate);
        try
        {
            var header = new ByteBuffer(32);
            int start = RecordFrame.Begin(header, RecordType.Segment);
            header.VarUInt(FormatVersion);
            header.VarUInt((ulong)next);
            RecordFrame.End(header, start);
            file.Write(0, header.Written);
            disk.SyncDirectory(directory);
            _offset = header.Length;
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }

        _file?.Dispose();
        _file = file;
        Segment = next;
        _mustRotate = false;
    }

    /// <summary>
    /// The bytes behind the last sync are written again elsewhere: cut them off, or replay would see them twice. It
    /// would skip them as duplicates, so failing here does no harm.
    /// </summary>
    private void CutTorn()
    {
        if (_file is null) return;
        try
        {
            if (_file.Length > _offset) _file.SetLength(_offset);
        }
        catch (IOException)
        {
        }
    }
}
