using Flyball.Base.Disk;

namespace Flyball.Base.Spooling;

/// <summary>One file of a spool and what is known of it.</summary>
internal sealed class SpoolSegment(string path, long number)
{
    public string Path => path;

    /// <summary>Segments are read in the order of their numbers, which are their names.</summary>
    public long Number => number;

    /// <summary>Up to where it holds whole frames.</summary>
    public long Length { get; set; }

    /// <summary>The id of its last record; 0 when it has none.</summary>
    public ulong LastId { get; set; }

    /// <summary>How many records it holds, acknowledged or not.</summary>
    public long Records { get; set; }

    /// <summary>Reads a segment that an earlier process left.</summary>
    /// <param name="acknowledged">Raised to what the segment says was acknowledged.</param>
    /// <returns>The segment and how many of its bytes cannot be read.</returns>
    public static (SpoolSegment Segment, long DamagedBytes) Recover(
        IDisk disk, string path, long number, int recordBytesMax, ref ulong acknowledged)
    {
        var segment = new SpoolSegment(path, number);
        byte[] bytes = ReadAll(disk, path);
        if (!bytes.AsSpan().StartsWith(SpoolFrames.Header)) return (segment, bytes.Length);
        int at = SpoolFrames.HeaderBytes;
        while (SpoolFrames.TryNext(bytes.AsSpan(at), recordBytesMax, out byte kind, out ulong id, out int frameBytes))
        {
            at += frameBytes;
            if (kind == SpoolFrames.AcknowledgedKind)
            {
                acknowledged = Math.Max(acknowledged, id);
                continue;
            }

            segment.LastId = Math.Max(segment.LastId, id);
            segment.Records++;
        }

        segment.Length = at;
        return (segment, bytes.Length - at);
    }

    private static byte[] ReadAll(IDisk disk, string path)
    {
        using IDiskFile file = disk.Open(path, DiskOpenMode.Read);
        var bytes = new byte[file.Length];
        int read = file.Read(0, bytes);
        return read == bytes.Length ? bytes : bytes[..read];
    }
}
