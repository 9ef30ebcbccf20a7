using Flyball.Base.Disk;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Compaction;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage;

/// <summary>
/// Writes a copy of everything into an empty directory while the store goes on: the blocks as they are, the head as one
/// more block. A store opened on the copy has the same samples.
/// </summary>
internal static class Backup
{
    private const int WindowBytes = 1 << 20;

    /// <summary>The result is the number of blocks written.</summary>
    /// <exception cref="IOException">The disk refuses; the copy is not complete.</exception>
    public static Task<int> WriteAsync(TimeSeriesStore store, string directory, bool withHead = true) =>
        store.BesideMaintenanceAsync(() => Write(store.Parts, Path.Combine(directory, "blocks"), withHead));

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

        if (withHead && WriteHead(parts, directory)) count++;
        parts.Disk.SyncDirectory(directory);
        return count;
    }

    private static bool WriteHead(StoreParts parts, string directory)
    {
        long minMs;
        long endMs;
        lock (parts.Head.Gate)
        {
            if (parts.Head.MinMs == long.MaxValue || parts.Head.MaxMs == long.MinValue) return false;
            minMs = Math.Max(parts.Head.MinMs, parts.Head.VisibleFromMs);
            endMs = parts.Head.MaxMs + 1;
        }

        int number = parts.Blocks.All.Select(block => block.Number).DefaultIfEmpty(0).Max() + 1;
        string path = Path.Combine(directory, SegmentName.Of(number, BlockOpener.Suffix));
        using (var writer = new BlockWriter(parts.Disk, path + ".tmp"))
        {
            new HeadBlock(parts.Head, parts.Metrics.DamagedChunk).Write(writer, minMs, endMs);
            writer.Finish(minMs, endMs, level: 1, replaces: []);
        }

        parts.Disk.Rename(path + ".tmp", path);
        return true;
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
