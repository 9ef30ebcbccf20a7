using Flyball.Base.Disk;

namespace Flyball.Base.Spooling;

/// <summary>Reads records in order, from the first that was not acknowledged. One thread at a time.</summary>
internal sealed class SpoolReader(SpoolLog log, SpoolOptions options) : IDisposable
{
    private readonly byte[] prefix = new byte[SpoolFrames.PrefixBytes];
    private SpoolSegment? segment;
    private IDiskFile? file;
    private long at;

    /// <summary>The next record; null when everything was read.</summary>
    /// <exception cref="IOException">The disk refuses to read.</exception>
    public SpoolRecord? Next()
    {
        while (true)
        {
            if (segment is null && !Open(log.First())) return null;
            (long end, SpoolSegment? next) = log.Extent(segment!);
            if (end >= 0 && at < end && Read(end) is { } body)
            {
                (byte kind, ulong id) = SpoolFrames.Head(body);
                if (kind == SpoolFrames.RecordKind && id > log.Acknowledged)
                    return new SpoolRecord(id, body[SpoolFrames.BodyHeadBytes..]);
                continue;
            }

            // This segment is read to its end, was dropped, or cannot be read further.
            if (!Open(next)) return null;
        }
    }

    /// <summary>Begins again with the first record that was not acknowledged.</summary>
    public void Rewind() => Close();

    public void Dispose() => Close();

    private byte[]? Read(long end)
    {
        if (end - at < prefix.Length || file!.Read(at, prefix) < prefix.Length) return Skip(end);
        int length = SpoolFrames.BodyLength(prefix, options.RecordBytesMax);
        if (length < 0 || end - at - prefix.Length < length) return Skip(end);
        var body = new byte[length];
        if (file.Read(at + prefix.Length, body) < length || !SpoolFrames.IsWhole(prefix, body)) return Skip(end);
        at += prefix.Length + length;
        return body;
    }

    /// <summary>Damage that came after the segment was checked: the rest of it cannot be told apart.</summary>
    private byte[]? Skip(long end)
    {
        at = end;
        return null;
    }

    private bool Open(SpoolSegment? next)
    {
        if (next is null) return false;
        Close();
        file = log.OpenToRead(next);
        (segment, at) = (next, SpoolFrames.HeaderBytes);
        return true;
    }

    private void Close()
    {
        file?.Dispose();
        (file, segment, at) = (null, null, 0);
    }
}
