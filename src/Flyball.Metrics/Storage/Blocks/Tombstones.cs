using Flyball.Base.Codecs;
using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Blocks;

/// <summary>
/// Ranges of time deleted from series of a block. Immutable; the file beside the block is replaced as a whole.
/// </summary>
internal sealed class Tombstones
{
    public static readonly Tombstones None = new([]);

    private readonly SortedDictionary<int, List<TimeRange>> _ranges;

    private Tombstones(SortedDictionary<int, List<TimeRange>> ranges) => _ranges = ranges;

    /// <summary>Series with deletions.</summary>
    public int Count => _ranges.Count;

    public IReadOnlyList<TimeRange> Of(int series) =>
        _ranges.Count > 0 && _ranges.TryGetValue(series, out List<TimeRange>? ranges) ? ranges : [];

    /// <summary>These and a range deleted from further series.</summary>
    public Tombstones With(IEnumerable<int> series, TimeRange range)
    {
        var all = new SortedDictionary<int, List<TimeRange>>();
        foreach ((int number, List<TimeRange> ranges) in _ranges) all.Add(number, [.. ranges]);
        foreach (int number in series)
        {
            if (!all.TryGetValue(number, out List<TimeRange>? ranges)) all.Add(number, ranges = []);
            if (!ranges.Contains(range)) ranges.Add(range);
        }

        return new Tombstones(all);
    }

    /// <summary>Writes the file durably in place of a former one.</summary>
    public void Save(IDisk disk, string path)
    {
        var output = new ByteBuffer();
        int start = RecordFrame.Begin(output, RecordType.Deletions);
        foreach ((int series, List<TimeRange> ranges) in _ranges)
        {
            foreach (TimeRange range in ranges)
            {
                output.VarUInt((ulong)series);
                output.VarLong(range.MinMs);
                output.VarLong(range.MaxMs);
            }
        }

        RecordFrame.End(output, start);
        using (IDiskFile file = disk.Open(path + ".tmp", DiskOpenMode.Truncate))
        {
            file.Write(0, output.Written);
            file.Flush();
        }

        disk.Rename(path + ".tmp", path);
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Null when the file is damaged.</summary>
    public static Tombstones? TryLoad(IDisk disk, string path)
    {
        if (!disk.Exists(path)) return None;
        using IDiskFile file = disk.Open(path, DiskOpenMode.Read);
        byte[] content = new byte[checked((int)file.Length)];
        _ = file.Read(0, content);
        if (RecordFrame.TryRead(content, out _, out ReadOnlySpan<byte> payload) != content.Length) return null;
        var reader = new ByteReader(payload);
        Tombstones all = new([]);
        while (reader.RemainingBytes > 0)
        {
            int series = reader.Count(int.MaxValue);
            var range = new TimeRange(reader.VarLong(), reader.VarLong());
            if (!all._ranges.TryGetValue(series, out List<TimeRange>? ranges)) all._ranges.Add(series, ranges = []);
            ranges.Add(range);
        }

        return reader.IsFailed ? null : all;
    }
}
