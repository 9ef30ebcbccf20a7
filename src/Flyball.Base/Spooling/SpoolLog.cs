using System.Globalization;
using Flyball.Base.Codecs;
using Flyball.Base.Disk;

namespace Flyball.Base.Spooling;

/// <summary>
/// The files of a spool: segments that are appended to, read in order, and deleted when everything in them was
/// acknowledged. All calls block; one thread writes, and acknowledging and reading may go on beside it.
/// </summary>
internal sealed class SpoolLog(SpoolOptions options, IDisk disk) : IDisposable
{
    private const string Suffix = ".spool";

    /// <summary>What Linux answers when a disk or a quota is full: ENOSPC and EDQUOT.</summary>
    private static readonly int[] FullErrors = [28, 122];

    private readonly Lock gate = new();
    private readonly List<SpoolSegment> segments = [];
    private readonly ByteBuffer acknowledgement = new(64);
    private IDiskFile? writing;
    private SpoolSegment? current;
    private long nextFile = 1;
    private ulong written;

    /// <summary>The id of the last record that was acknowledged.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>The highest id that is known.</summary>
    public ulong LastId { get; private set; }

    /// <summary>Records that were dropped unacknowledged: the disk, or the room on it, was full.</summary>
    public long Dropped { get; private set; }

    public long DiskBytes
    {
        get
        {
            lock (gate) return segments.Sum(segment => segment.Length);
        }
    }

    /// <summary>Takes up what an earlier process left.</summary>
    /// <exception cref="IOException">The directory cannot be read or written.</exception>
    public SpoolRecovery Open()
    {
        lock (gate)
        {
            segments.Clear();
            disk.CreateDirectory(options.Directory);
            long damaged = 0;
            ulong acknowledged = 0;
            foreach (string name in disk.List(options.Directory))
            {
                if (!name.EndsWith(Suffix, StringComparison.Ordinal)) continue;
                if (!long.TryParse(name[..^Suffix.Length], CultureInfo.InvariantCulture, out long number)) continue;
                nextFile = Math.Max(nextFile, number + 1);
                (SpoolSegment segment, long unreadable) = SpoolSegment.Recover(
                    disk, Path.Combine(options.Directory, name), number, options.RecordBytesMax, ref acknowledged);
                damaged += unreadable;
                segments.Add(segment);
                LastId = Math.Max(LastId, segment.LastId);
            }

            (Acknowledged, written) = (acknowledged, acknowledged);
            LastId = Math.Max(LastId, acknowledged);
            RemoveDone();
            return new SpoolRecovery(segments.Sum(Unacknowledged), damaged);
        }
    }

    /// <summary>
    /// Writes frames that were made with <see cref="SpoolFrames.Write"/>. On a full disk the oldest segment makes room.
    /// </summary>
    /// <exception cref="IOException">The disk refuses; nothing of it will be read.</exception>
    public void Append(ReadOnlySpan<byte> frames, int records, ulong lastId, bool durable)
    {
        try
        {
            Write(frames, records, lastId, durable);
        }
        catch (IOException e) when (Array.IndexOf(FullErrors, e.HResult) >= 0 && TryDropOldest())
        {
            Write(frames, records, lastId, durable);
        }
    }

    public void Acknowledge(ulong id)
    {
        lock (gate)
        {
            if (id <= Acknowledged) return;
            Acknowledged = id;
            RemoveDone();
        }
    }

    /// <summary>The first segment; null when there is none.</summary>
    public SpoolSegment? First()
    {
        lock (gate) return segments.FirstOrDefault();
    }

    /// <summary>
    /// Up to where a segment may be read, -1 when it is gone, and the one that follows. Both at one moment: a segment
    /// that has a follower grows no more.
    /// </summary>
    public (long End, SpoolSegment? Next) Extent(SpoolSegment segment)
    {
        lock (gate)
        {
            SpoolSegment? next = segments.FirstOrDefault(later => later.Number > segment.Number);
            return (segments.Contains(segment) ? segment.Length : -1, next);
        }
    }

    public IDiskFile OpenToRead(SpoolSegment segment) => disk.Open(segment.Path, DiskOpenMode.Read);

    public void Dispose()
    {
        lock (gate)
        {
            try
            {
                if (current is not null) WriteAcknowledgement();
            }
            catch (IOException)
            {
                // What was acknowledged is then sent once more, and recognised.
            }

            End();
        }
    }

    private void Write(ReadOnlySpan<byte> frames, int records, ulong lastId, bool durable)
    {
        IDiskFile file;
        lock (gate)
        {
            if (current is null || current.Length >= options.SegmentBytes) Begin();
            file = writing!;
            try
            {
                WriteAcknowledgement();
                file.Write(current!.Length, frames);
            }
            catch
            {
                // The segment may have a torn end: it is read up to its last whole frame and gets no more.
                End();
                throw;
            }
        }

        if (durable)
        {
            try
            {
                file.Flush();
            }
            catch
            {
                lock (gate) End();
                throw;
            }
        }

        lock (gate)
        {
            current!.Length += frames.Length;
            current.LastId = LastId = lastId;
            current.Records += records;
            DropOldest();
        }
    }

    private void Begin()
    {
        End();
        string path = Path.Combine(
            options.Directory, nextFile.ToString("D8", CultureInfo.InvariantCulture) + Suffix);
        IDiskFile file = disk.Open(path, DiskOpenMode.Truncate);
        try
        {
            file.Write(0, SpoolFrames.Header);
            disk.SyncDirectory(options.Directory);
        }
        catch
        {
            // The next attempt takes the same name, so that a refusing disk is not littered with empty files.
            file.Dispose();
            throw;
        }

        writing = file;
        current = new SpoolSegment(path, nextFile++) { Length = SpoolFrames.HeaderBytes };
        segments.Add(current);
    }

    private void End()
    {
        writing?.Dispose();
        (writing, current) = (null, null);
        RemoveDone();
    }

    private void WriteAcknowledgement()
    {
        if (written == Acknowledged) return;
        acknowledgement.Clear();
        SpoolFrames.Write(acknowledgement, SpoolFrames.AcknowledgedKind, Acknowledged, default);
        writing!.Write(current!.Length, acknowledgement.Written);
        current.Length += acknowledgement.Length;
        written = Acknowledged;
    }

    private void DropOldest()
    {
        while (segments.Sum(segment => segment.Length) > options.DiskBytesMax && TryDropOldest())
        {
        }
    }

    /// <summary>False when there is none but the one that is written to.</summary>
    private bool TryDropOldest()
    {
        lock (gate)
        {
            if (segments.Count == 0 || segments[0] == current) return false;
            Dropped += Unacknowledged(segments[0]);
            Remove(segments[0]);
            return true;
        }
    }

    private void RemoveDone()
    {
        foreach (SpoolSegment segment in segments.ToArray())
        {
            if (segment != current && segment.LastId <= Acknowledged) Remove(segment);
        }
    }

    private void Remove(SpoolSegment segment)
    {
        segments.Remove(segment);
        try
        {
            disk.Delete(segment.Path);
        }
        catch (IOException)
        {
            // It is found again at the next start and deleted then.
        }
    }

    /// <summary>Ids of a segment's records follow each other, but for those whose write the disk refused.</summary>
    private long Unacknowledged(SpoolSegment segment) =>
        segment.LastId <= Acknowledged
            ? 0
            : Math.Min(segment.Records, (long)(segment.LastId - Acknowledged));
}
