using Flyball.Base.Codecs;
using Flyball.Metrics.Model;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Labelling;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage;

/// <summary>
/// Deletes ranges of time from series: they are hidden at once and leave the disk when blocks are rewritten.
/// </summary>
internal static class Deletion
{
    private const int SeriesPerFrameBatch = 4096;

    /// <summary>Deletes durably; the result is how many series of the head and of blocks are concerned.</summary>
    /// <exception cref="IOException">The disk refuses; a part may be deleted, and doing it again deletes the
    /// rest.</exception>
    public static async Task<int> DeleteAsync(
        TimeSeriesStore store, IReadOnlyList<LabelMatcher> matchers, TimeRange range, CancellationToken cancellation)
    {
        (int series, long position) = await store.BesideMaintenanceAsync(() =>
        {
            int inBlocks = DeleteFromBlocks(store.Parts, matchers, range, cancellation);
            (int inHead, long end) = DeleteFromHead(store.Parts, matchers, range, cancellation);
            return (inBlocks + inHead, end);
        });
        if (await store.CommitAsync(position) == CommitOutcome.Unavailable)
            throw new IOException("The deletion could not be written to the WAL.");
        return series;
    }

    private static int DeleteFromBlocks(
        StoreParts parts, IReadOnlyList<LabelMatcher> matchers, TimeRange range, CancellationToken cancellation)
    {
        int count = 0;
        foreach (Block block in parts.Blocks.All.Where(block => block.Overlaps(range.MinMs, range.MaxMs)))
        {
            int[] series = SeriesSelector.Select(block, matchers, cancellation);
            if (series.Length == 0) continue;
            Tombstones tombstones = block.Tombstones.With(series, range);
            tombstones.Save(parts.Disk, parts.Blocks.TombstonesPath(block));
            block.Tombstones = tombstones;
            count += series.Length;
        }

        return count;
    }

    /// <summary>Nothing but maintenance frees series numbers, and it does not run meanwhile.</summary>
    private static (int Count, long Position) DeleteFromHead(
        StoreParts parts, IReadOnlyList<LabelMatcher> matchers, TimeRange range, CancellationToken cancellation)
    {
        int[] series = SeriesSelector.Select(new HeadIndex(parts.Head), matchers, cancellation);
        var frames = new ByteBuffer();
        long position = parts.Wal.AppendedBytes;
        foreach (int[] slice in series.Chunk(SeriesPerFrameBatch))
        {
            frames.Clear();
            lock (parts.Head.Gate)
            {
                foreach (int number in slice)
                {
                    parts.Head.Deleted.Add(number, range);
                    WalRecords.WriteDeletion(frames, parts.Head.Series[number].Id, range.MinMs, range.MaxMs);
                }

                position = parts.Wal.Append(frames.Written);
            }
        }

        return (series.Length, position);
    }
}
