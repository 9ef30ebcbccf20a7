using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Compaction;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Recovery;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage;

/// <summary>
/// Writes a copy of everything into an empty directory while the store goes on: the blocks as they are, the head as
/// further blocks, exemplars and metadata as a checkpoint without series. A store opened on the copy has the same.
/// </summary>
internal static class Backup
{
    private const int WindowBytes = 1 << 20;

    /// <summary>The result is the number of blocks written.</summary>
    /// <exception cref="IOException">The disk refuses; the copy is not complete.</exception>
    public static Task<int> WriteAsync(TimeSeriesStore store, string directory, bool withHead = true) =>
        store.BesideMaintenanceAsync(() =>
        {
            if (withHead) WriteOthers(store.Parts, directory);
            return Write(store.Parts, Path.Combine(directory, "blocks"), withHead);
        });

    private static void WriteOthers(StoreParts parts, string directory)
    {
        string chunks = Path.Combine(directory, "head");
        string wal = Path.Combine(directory, "wal");
        parts.Disk.CreateDirectory(chunks);
        parts.Disk.CreateDirectory(wal);
        using var log = new ChunkLog(parts.Disk, chunks, parts.Options.ChunkFileBytes, firstFile: 1);
        new CheckpointWriter(new HeadData(parts.Options, log), parts.Disk, wal).Write(segment: 1, output =>
        {
            lock (parts.Head.Gate)
            {
                foreach (MetricMetadata entry in parts.Metadata.All()) WalRecords.WriteMetadata(output, entry);
                foreach ((ExemplarSource source, BatchExemplar exemplar) in parts.Exemplars.All())
                    WalRecords.WriteLabelledExemplar(output, source.Canonical, exemplar);
            }
        });
    }

    private static int Write(StoreParts parts, string directory, bool withHead)
    {
        parts.Disk.CreateDirectory(directory);
        int count = 0;
        foreach (Block block in parts.Blocks.All)
        {
            Copy(parts.Disk, parts.Blocks.PathOf(block), directory);
            if (parts.Disk.Exists(parts.Blocks.TombstonesPath(block)))
                Copy(parts.Disk, parts.Blocks.TombstonesPath(block), directory);
            count++;
        }

        if (withHead) count += WriteHead(parts, directory);
        parts.Disk.SyncDirectory(directory);
        return count;
    }

    /// <summary>Writes what is in order as one block, and late samples from before as blocks beside.</summary>
    private static int WriteHead(StoreParts parts, string directory)
    {
        int number = parts.Blocks.All.Select(block => block.Number).DefaultIfEmpty(0).Max();
        int count = 0;
        var late = new LateBlocks(
            parts.Head, (long)parts.Options.BlockRange.TotalMilliseconds, parts.Metrics.DamagedChunk);
        long visibleFromMs = parts.Head.VisibleFromMs;
        late.Seal(visibleFromMs);
        foreach ((long startMs, SortedSet<int> series) in late.Ranges(visibleFromMs))
        {
            WriteBlock(parts, directory, ++number, writer => late.Write(writer, startMs, visibleFromMs, series));
            count++;
        }

        long minMs;
        long endMs;
        lock (parts.Head.Gate)
        {
            if (parts.Head.MinMs == long.MaxValue || parts.Head.MaxMs == long.MinValue) return count;
            minMs = Math.Max(parts.Head.MinMs, parts.Head.VisibleFromMs);
            endMs = parts.Head.MaxMs + 1;
        }

        WriteBlock(parts, directory, ++number, writer =>
        {
            new HeadBlock(parts.Head, parts.Metrics.DamagedChunk).Write(writer, minMs, endMs);
            writer.Finish(minMs, endMs, level: 1, replaces: []);
        });
        return count + 1;
    }

    private static void WriteBlock(StoreParts parts, string directory, int number, Action<BlockWriter> write)
    {
        string path = Path.Combine(directory, SegmentName.Of(number, BlockOpener.Suffix));
        using (var writer = new BlockWriter(parts.Disk, path + ".tmp")) write(writer);
        parts.Disk.Rename(path + ".tmp", path);
    }

    private static void Copy(IDisk disk, string from, string directory)
    {
        byte[] window = new byte[WindowBytes];
        using IDiskFile source = disk.Open(from, DiskOpenMode.Read);
        using IDiskFile target = disk.Open(Path.Combine(directory, Path.GetFileName(from)), DiskOpenMode.Truncate);
        long position = 0;
        while (source.Read(position, window) is var read && read > 0)
        {
            target.Write(position, window.AsSpan(0, read));
            position += read;
        }

        target.Flush();
    }
}
