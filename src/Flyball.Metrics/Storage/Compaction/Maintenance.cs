using Flyball.Base.Codecs;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Recovery;
using Flyball.Metrics.Storage.Wal;

namespace Flyball.Metrics.Storage.Compaction;

/// <summary>
/// The background work of a store, one step after another on one thread: the head's oldest range becomes a block,
/// blocks are merged, old ones deleted, the WAL is cut by a checkpoint. Each step leaves the directory whole at every
/// moment, so a step that fails (a full disk) is simply tried again.
/// </summary>
internal sealed class Maintenance(StoreParts parts, Lock publication)
{
    private const int WalPerCheckpoint = 4;
    private const long LeastWalBytes = 8 << 20;

    /// <summary>So many late samples do not wait for more: they are small chunks meanwhile.</summary>
    private const long LateSamplesMax = 4_000_000;

    /// <summary>Late samples wait so long for more of them, as a share of a block's range.</summary>
    private const int LateWaitsPerRange = 4;

    private readonly HeadData _head = parts.Head;
    private readonly TimeSeriesOptions _options = parts.Options;
    private readonly long _rangeMs = (long)parts.Options.BlockRange.TotalMilliseconds;
    private readonly LateBlocks _late =
        new(parts.Head, (long)parts.Options.BlockRange.TotalMilliseconds, parts.Metrics.DamagedChunk);

    private long _checkpointPosition = -1;
    private long _checkpointBytes;
    private long _truncateAfter = -1;
    private TimeRange _truncateLate;
    private LogPosition _truncateLateUpTo;
    private bool _hasTruncated;
    private LatePass? _latePass;
    private long _lateSince = -1;

    /// <summary>Blocks written from the head.</summary>
    public int HeadBlocks { get; private set; }

    /// <summary>Blocks written from late samples.</summary>
    public int LateHeadBlocks { get; private set; }

    /// <summary>Merges of blocks.</summary>
    public int Compactions { get; private set; }

    /// <summary>Checkpoints written.</summary>
    public int Checkpoints { get; private set; }

    /// <summary>Does what is due.</summary>
    /// <exception cref="IOException">The disk refuses; what was done before stays done.</exception>
    public void Run(CancellationToken cancellation)
    {
        TruncateHead();
        while (!cancellation.IsCancellationRequested && _truncateAfter < 0 && TryFlushHead()) TruncateHead();
        if (!cancellation.IsCancellationRequested && _truncateAfter < 0 && IsLateDue()) FlushLate(cancellation);
        while (!cancellation.IsCancellationRequested && TryCompact())
        {
        }

        Retain();
        if (IsCheckpointDue()) Checkpoint();
        parts.Head.Log.Flush(sync: false, wholePiecesOnly: true);
    }

    /// <summary>Writes a checkpoint now.</summary>
    public void Checkpoint()
    {
        int segment;
        long position;
        lock (_head.Gate)
        {
            position = parts.Wal.AppendedBytes;
            segment = parts.Wal.Rotate();
        }

        _checkpointBytes = new CheckpointWriter(_head, parts.Disk, parts.WalDirectory).Write(segment, WriteExtras);
        _checkpointPosition = position;
        _hasTruncated = false;
        Checkpoints++;
    }

    /// <summary>Rewrites every block with deletions, so that what was deleted leaves the disk.</summary>
    /// <exception cref="IOException">The disk refuses; what was done before stays done.</exception>
    public void CleanDeletions(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested
            && CompactionPlan.WithDeletions(parts.Blocks.All, 0) is { } deleted)
        {
            Merge([deleted]);
        }
    }

    /// <summary>
    /// After a restart that replayed something, when blocks took over a part of the WAL, and when the WAL is some
    /// times as large as the checkpoint: small stores keep small logs, large ones do not write checkpoints all the
    /// time.
    /// </summary>
    private bool IsCheckpointDue()
    {
        if (_hasTruncated || (_checkpointPosition < 0 && parts.Recovery.WalRecords > 0)) return true;
        long least = Math.Min(LeastWalBytes, _options.CheckpointBytes);
        long limit = Math.Clamp(_checkpointBytes * WalPerCheckpoint, least, _options.CheckpointBytes);
        return parts.Wal.AppendedBytes - Math.Max(0, _checkpointPosition) >= limit;
    }

    private void WriteExtras(ByteBuffer output)
    {
        foreach (MetricMetadata entry in parts.Metadata.All()) WalRecords.WriteMetadata(output, entry);
        foreach ((ExemplarSource source, BatchExemplar exemplar) in parts.Exemplars.All())
        {
            int series = _head.Series.Find(source.Canonical, SeriesRegistry.Hash(source.Canonical));
            if (series >= 0) WalRecords.WriteExemplar(output, _head.Series[series].Id, exemplar);
            else WalRecords.WriteLabelledExemplar(output, source.Canonical, exemplar);
        }

        for (int series = 0; series < _head.Series.Limit; series++)
        {
            if (!_head.Series[series].IsLive) continue;
            foreach (TimeRange range in _head.Deleted.Of(series))
                WalRecords.WriteDeletion(output, _head.Series[series].Id, range.MinMs, range.MaxMs);
        }
    }

    private bool TryFlushHead()
    {
        long startMs;
        long endMs;
        lock (_head.Gate)
        {
            if (_head.MinMs == long.MaxValue || _head.MaxMs == long.MinValue) return false;
            startMs = BlockRanges.Floor(Math.Max(_head.MinMs, _head.VisibleFromMs), _rangeMs);
            endMs = startMs + _rangeMs;
            long waitMs = Math.Max(_rangeMs / 2, (long)_options.OutOfOrderWindow.TotalMilliseconds);
            if (_head.MaxMs < endMs + waitMs) return false;
            _head.MinValidMs = Math.Max(_head.MinValidMs, endMs);
        }

        LogPosition sealedUpTo = _late.Seal(endMs);
        Block block = parts.Blocks.Create(writer =>
        {
            new HeadBlock(_head, parts.Metrics.DamagedChunk).Write(writer, startMs, endMs);
            writer.Finish(startMs, endMs, level: 1, replaces: []);
        });
        lock (publication)
        {
            parts.Blocks.Publish(block, []);
            lock (_head.Gate)
            {
                _head.VisibleFromMs = endMs;
                // Late samples of the range that came meanwhile are not in the block.
                _head.LateMinMs = Math.Min(_head.LateMinMs, startMs);
            }

            _truncateAfter = parts.Views.Advance();
        }

        (_truncateLate, _truncateLateUpTo) = (new TimeRange(startMs, endMs - 1), sealedUpTo);
        HeadBlocks++;
        return true;
    }

    /// <summary>Late samples come in bursts: they wait a while, so that a burst does not become many blocks.</summary>
    private bool IsLateDue()
    {
        if (_latePass is not null) return true;
        bool isLate;
        long count;
        lock (_head.Gate) (isLate, count) = (_head.LateMinMs < _head.VisibleFromMs, _head.LateCount);
        if (!isLate)
        {
            _lateSince = -1;
            return false;
        }

        if (_lateSince < 0) _lateSince = parts.Time.GetTimestamp();
        return count >= LateSamplesMax
            || parts.Time.GetElapsedTime(_lateSince) >= _options.BlockRange / LateWaitsPerRange;
    }

    /// <summary>Writes late samples from before what the head shows as blocks beside those that are there.</summary>
    private void FlushLate(CancellationToken cancellation)
    {
        if (_latePass is null)
        {
            long beforeMs = _head.VisibleFromMs;
            LogPosition sealedUpTo = _late.Seal(beforeMs);
            _latePass = new LatePass(beforeMs, sealedUpTo, _late.Ranges(beforeMs));
            lock (_head.Gate) _head.LateCount = 0;
        }

        while (_latePass.Ranges.Count > 0)
        {
            if (cancellation.IsCancellationRequested) return;
            (long startMs, SortedSet<int> series) = _latePass.Ranges.First();
            Block block = parts.Blocks.Create(writer => _late.Write(writer, startMs, _latePass.BeforeMs, series));
            lock (publication) parts.Blocks.Publish(block, []);
            _latePass.Ranges.Remove(startMs);
            LateHeadBlocks++;
        }

        lock (publication) _truncateAfter = parts.Views.Advance();
        (_truncateLate, _truncateLateUpTo) =
            (new TimeRange(long.MinValue, _latePass.BeforeMs - 1), _latePass.SealedUpTo);
        (_latePass, _lateSince) = (null, -1);
        TruncateHead();
    }

    /// <summary>Frees what is in a block, once no view is left that would look for it in the head.</summary>
    private void TruncateHead()
    {
        if (_truncateAfter < 0 || parts.Views.HasOlderThan(_truncateAfter)) return;
        lock (_head.Gate)
            HeadTruncation.Truncate(_head, _head.VisibleFromMs, _truncateLate, _truncateLateUpTo);
        _truncateAfter = -1;
        _hasTruncated = true;
    }

    private bool TryCompact()
    {
        IReadOnlyList<Block> members = CompactionPlan.Next(
            parts.Blocks.All, _options.BlockRange, _options.BlockRangeMax, _options.CompactionFactor);
        if (members.Count == 0)
        {
            Block? deleted = CompactionPlan.WithDeletions(parts.Blocks.All, 0.05);
            if (deleted is null) return false;
            members = [deleted];
        }

        Merge(members);
        return true;
    }

    private void Merge(IReadOnlyList<Block> members)
    {
        Block merged = parts.Blocks.Create(writer =>
        {
            new BlockMerger(parts.Metrics.DamagedChunk).Write(writer, members);
            writer.Finish(
                members.Min(block => block.Meta.MinMs), members.Max(block => block.Meta.EndMs),
                members.Max(block => block.Meta.Level) + (members.Count > 1 ? 1 : 0),
                    [.. members.SelectMany(block => block.Meta.Replaces.Prepend(block.Number))]);
        });
        lock (publication) parts.Blocks.Publish(merged, [.. members]);
        parts.Blocks.Remove(members);
        Compactions++;
    }

    private void Retain()
    {
        IReadOnlyList<Block> all = parts.Blocks.All;
        if (all.Count == 0) return;
        long newestMs = Math.Max(_head.MaxMs, parts.Blocks.EndMs);
        long oldestMs = newestMs - (long)_options.Retention.TotalMilliseconds;
        var removed = all.Where(block => block.Meta.EndMs <= oldestMs).ToList();
        long size = parts.Blocks.SizeBytes - removed.Sum(block => block.SizeBytes);
        foreach (Block block in all.Except(removed).OrderBy(block => block.Meta.EndMs).ToArray())
        {
            if (_options.RetentionBytes <= 0 || size <= _options.RetentionBytes) break;
            removed.Add(block);
            size -= block.SizeBytes;
        }

        if (removed.Count == 0) return;
        lock (publication) parts.Blocks.Publish(null, removed);
        parts.Blocks.Remove(removed);
    }
}
