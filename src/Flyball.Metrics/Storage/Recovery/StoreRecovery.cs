using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Recovery;

/// <summary>
/// Brings a directory to life: blocks, then the checkpoint, then the WAL behind it. What is damaged is set aside or
/// passed over, and said in the report.
/// </summary>
internal static class StoreRecovery
{
    public static StoreParts Recover(TimeSeriesOptions options, IDisk disk, IWorkers workers, TimeProvider time)
    {
        long started = time.GetTimestamp();
        string wal = Path.Combine(options.Directory, "wal");
        string chunks = Path.Combine(options.Directory, "head");
        string blockDirectory = Path.Combine(options.Directory, "blocks");
        foreach (string directory in (string[])[options.Directory, wal, chunks, blockDirectory])
            disk.CreateDirectory(directory);
        var report = new RecoveryReport();
        var blocks = new BlockSet(disk, blockDirectory);
        blocks.Load(report);
        int newestChunks = Newest(disk, chunks, ChunkLog.Suffix);
        var head = new HeadData(options, new ChunkLog(disk, chunks, options.ChunkFileBytes, newestChunks + 1))
        {
            MinValidMs = blocks.EndMs,
            VisibleFromMs = blocks.EndMs,
        };
        var exemplars = new ExemplarStore(options.ExemplarsMax);
        var metadata = new MetadataStore(options.MetadataMax);
        int nextSegment;
        lock (head.Gate)
        {
            nextSegment = RecoverHead(head, exemplars, metadata, disk, wal, report);
            // What blocks hold may be gone from the chunk log: that is no loss.
            // Late samples may be in no block, and if they are, having them twice does no harm.
            HeadTruncation.Truncate(head, head.MinValidMs, default, default);
            DropMissing(head, disk, chunks, report);
        }

        report.Duration = time.GetElapsedTime(started);
        return new StoreParts
        {
            Options = options,
            Disk = disk,
            Workers = workers,
            Time = time,
            Metrics = new StorageMetrics(),
            Head = head,
            Wal = new WalWriter(disk, wal, options.WalSegmentBytes, nextSegment),
            Blocks = blocks,
            Exemplars = exemplars,
            Metadata = metadata,
            Recovery = report,
        };
    }

    private static int RecoverHead(
        HeadData head, ExemplarStore exemplars, MetadataStore metadata, IDisk disk, string wal, RecoveryReport report)
    {
        var checkpoint = new CheckpointReader(head, disk, wal, report);
        int first = checkpoint.Read();
        // Series whose labels were damaged left their numbers behind.
        head.Series.Forget();
        head.Log.SkipTo(checkpoint.NewestChunkFile + 1);
        var replayer = new WalReplayer(head, exemplars, metadata, checkpoint.SeriesById, report);
        foreach ((RecordType type, byte[] payload) in checkpoint.Others) replayer.Apply(type, payload);
        int newest = replayer.Replay(disk, wal, first);
        return Math.Max(first, newest + 1);
    }

    /// <summary>Forgets sealed chunks whose file is gone or too short.</summary>
    private static void DropMissing(HeadData head, IDisk disk, string directory, RecoveryReport report)
    {
        var lengths = new Dictionary<int, long>();
        foreach (string name in disk.List(directory))
        {
            if (!SegmentName.TryParse(name, ChunkLog.Suffix, out int number)) continue;
            using IDiskFile file = disk.Open(Path.Combine(directory, name), DiskOpenMode.Read);
            lengths.Add(number, file.Length);
        }

        int dropped = 0;
        for (int series = 0; series < head.Series.Limit; series++)
        {
            if (!head.Series[series].IsLive || head.Series[series].SealedCount == 0) continue;
            int before = head.Series[series].SealedCount;
            // Files of this run are not written yet: their chunks wait in memory.
            head.RetainSealed(series, chunk => chunk.File >= head.Log.FirstFile
                || (lengths.TryGetValue(chunk.File, out long length)
                    && chunk.Offset + (long)chunk.SizeBytes <= length));
            dropped += before - head.Series[series].SealedCount;
        }

        if (dropped > 0)
            report.Lose($"{dropped} sealed chunks of the head were in files that are missing or too short.");
    }

    private static int Newest(IDisk disk, string directory, string suffix)
    {
        int newest = 0;
        foreach (string name in disk.List(directory))
        {
            if (SegmentName.TryParse(name, suffix, out int number)) newest = Math.Max(newest, number);
        }

        return newest;
    }
}
