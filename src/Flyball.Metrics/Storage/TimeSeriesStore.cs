using Flyball.Base.Codecs;
using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage.Blocks;
using Flyball.Metrics.Storage.Compaction;
using Flyball.Metrics.Storage.Head;
using Flyball.Metrics.Storage.Querying;
using Flyball.Metrics.Storage.Recovery;
using Flyball.Metrics.Storage.Wal;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Storage;

/// <summary>
/// The time-series database: appends in batches, durable when answered; views for queries; its own maintenance.
/// Thread-safe.
/// </summary>
internal sealed partial class TimeSeriesStore : ISeriesStore, IAsyncDisposable
{
    private readonly StoreParts _parts;
    private readonly HeadAppender _appender;
    private readonly GroupCommit _commit;
    private readonly Maintenance _maintenance;
    private readonly LabelsCache _labels = new();
    private readonly Lock _publication = new();
    private readonly SemaphoreSlim _maintaining = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;
    private readonly long _seed;
    private Task _loop = Task.CompletedTask;
    private long _damageTold;
    private bool _isDisposed;

    private TimeSeriesStore(StoreParts parts, Random random, ILogger logger)
    {
        _parts = parts;
        _logger = logger;
        _seed = random.NextInt64();
        var rules = new SampleRules(parts.Options, parts.Head, parts.Time);
        _appender = new HeadAppender(parts.Head, rules, parts.Wal, parts.Options, parts.Exemplars, parts.Metadata);
        _commit = new GroupCommit(parts.Wal, parts.Workers, parts.Time, parts.Options.GroupCommitInterval, FlushChunks);
        _maintenance = new Maintenance(parts, _publication);
        parts.Metrics.Observe("flyball.metrics.series", "{series}", "Series in memory.", () => parts.Head.Series.Count);
        parts.Metrics.Observe("flyball.metrics.block_bytes", "By", "Size of all blocks.", () => parts.Blocks.SizeBytes);
    }

    /// <summary>What start-up found and lost.</summary>
    public RecoveryReport Recovery => _parts.Recovery;

    /// <summary>For statistics, deletions and tests.</summary>
    public StoreParts Parts => _parts;

    public Maintenance Maintenance => _maintenance;

    /// <summary>Opens a directory, new or from before, and starts maintenance.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static TimeSeriesStore Open(
        TimeSeriesOptions options, IDisk disk, IWorkers workers, TimeProvider time, Random random, ILogger logger)
    {
        options.Validate();
        var store = new TimeSeriesStore(StoreRecovery.Recover(options, disk, workers, time), random, logger);
        Log.Recovered(logger, store.Recovery.Blocks, store.Recovery.CheckpointSeries, store.Recovery.WalSamples,
            store.Recovery.Duration);
        foreach (string loss in store.Recovery.Losses) Log.Lost(logger, loss);
        if (options.MaintenanceInterval > TimeSpan.Zero) store._loop = store.MaintainForeverAsync();
        return store;
    }

    /// <summary>
    /// Appends a batch. Refused samples are in the report; <see cref="CommitOutcome.Unavailable"/> means that nothing
    /// may be taken for stored and the sender should repeat the batch: what was taken already is recognised.
    /// </summary>
    public async ValueTask<CommitOutcome> AppendAsync(SampleBatch batch, AppendReport report)
    {
        report.Clear();
        // While the disk refuses, only a commit without new data is tried: the head must not run ahead of the WAL.
        if (_commit.IsFailing && await _commit.WaitAsync(_parts.Wal.AppendedBytes) == CommitOutcome.Unavailable)
        {
            _parts.Metrics.Unavailable();
            return CommitOutcome.Unavailable;
        }

        batch.HashLabels(_seed);
        long position = _appender.Append(batch, report);
        CommitOutcome outcome = await _commit.WaitAsync(position);
        _parts.Metrics.Appended(report);
        if (outcome == CommitOutcome.Unavailable)
        {
            _parts.Metrics.Unavailable();
            Log.Unavailable(_logger, _commit.LastError ?? "");
        }

        return outcome;
    }

    public ISeriesSource Open(long minTimestampMs, long maxTimestampMs)
    {
        lock (_publication)
        {
            Block[] blocks = [.. _parts.Blocks.All.Where(block => block.Overlaps(minTimestampMs, maxTimestampMs))];
            foreach (Block block in blocks)
            {
                if (!block.TryAcquire()) throw new InvalidOperationException("BUG: a block in the list is closed.");
            }

            long generation = _parts.Views.Enter();
            return new StoreView(
                blocks, _parts.Head, _parts.Head.VisibleFromMs, _parts.Head.LateMinMs, _labels,
                _parts.Metrics.DamagedChunk, () => _parts.Views.Leave(generation));
        }
    }

    /// <summary>Does the maintenance that is due, now.</summary>
    public async Task MaintainAsync()
    {
        await _maintaining.WaitAsync(_stop.Token);
        try
        {
            TellDamage();
            await _parts.Workers.RunAsync(() => _maintenance.Run(_stop.Token), _stop.Token);
        }
        finally
        {
            _maintaining.Release();
        }
    }

    /// <summary>Writes a checkpoint, now.</summary>
    public async Task CheckpointAsync()
    {
        await _maintaining.WaitAsync(_stop.Token);
        try
        {
            await _parts.Workers.RunAsync(_maintenance.Checkpoint, _stop.Token);
        }
        finally
        {
            _maintaining.Release();
        }
    }

    /// <summary>Runs work that must not meet maintenance: deletions, snapshots.</summary>
    public async Task<T> BesideMaintenanceAsync<T>(Func<T> work)
    {
        await _maintaining.WaitAsync(_stop.Token);
        try
        {
            return await _parts.Workers.RunAsync(work, _stop.Token);
        }
        finally
        {
            _maintaining.Release();
        }
    }

    /// <summary>
    /// Whether a block that ends at a time may be added beside the head: what the head holds must be newer. If so, the
    /// head takes nothing older any more.
    /// </summary>
    public bool TryReserveForImport(long endMs)
    {
        lock (_publication)
        lock (_parts.Head.Gate)
        {
            bool isEmpty = _parts.Head.MinMs == long.MaxValue || _parts.Head.MaxMs == long.MinValue;
            if (endMs > _parts.Head.VisibleFromMs && !isEmpty && _parts.Head.MinMs < endMs) return false;
            _parts.Head.MinValidMs = Math.Max(_parts.Head.MinValidMs, endMs);
            _parts.Head.VisibleFromMs = Math.Max(_parts.Head.VisibleFromMs, endMs);
            return true;
        }
    }

    /// <summary>Adds a block of samples from elsewhere; its range is reserved.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Import(Action<BlockWriter> write)
    {
        Block block = _parts.Blocks.Create(write);
        lock (_publication) _parts.Blocks.Publish(block, []);
    }

    /// <summary>
    /// Adds exemplars of any time and of any series while there is room, and writes them to the WAL's memory: the
    /// position is to be waited for.
    /// </summary>
    public (int Added, int LeftOut, long Position) InsertExemplars(
        IReadOnlyList<(byte[] Canonical, BatchExemplar Exemplar)> exemplars)
    {
        var frames = new ByteBuffer();
        int added = 0;
        int leftOut = 0;
        lock (_parts.Head.Gate)
        {
            foreach ((byte[] canonical, BatchExemplar exemplar) in exemplars)
            {
                if (_parts.Exemplars.Room == 0) leftOut++;
                else if (_parts.Exemplars.Insert(canonical, exemplar))
                {
                    WalRecords.WriteLabelledExemplar(frames, canonical, exemplar);
                    added++;
                }
            }

            return (added, leftOut, _parts.Wal.Append(frames.Written));
        }
    }

    /// <summary>Waits until a position of the WAL is durable.</summary>
    public Task<CommitOutcome> CommitAsync(long position) => _commit.WaitAsync(position);

    /// <summary>
    /// Stops maintenance and closes the files. Nothing need be written: what was answered is durable.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _stop.CancelAsync();
        await _loop;
        await _commit.IdleAsync();
        await _maintaining.WaitAsync(CancellationToken.None);
        _parts.Wal.Dispose();
        _parts.Head.Log.Dispose();
        _parts.Blocks.Close();
        _parts.Metrics.Dispose();
        _maintaining.Dispose();
        _stop.Dispose();
    }

    private void FlushChunks()
    {
        try
        {
            _parts.Head.Log.Flush(sync: false, wholePiecesOnly: true);
        }
        catch (IOException exception)
        {
            // The chunks stay in memory and the WAL has their samples; the next round tries again.
            Log.ChunksNotWritten(_logger, exception.Message);
        }
    }

    /// <summary>Chunks are checked as they are read, so damage shows when somebody asks.</summary>
    private void TellDamage()
    {
        long damaged = _parts.Metrics.DamagedChunks;
        if (damaged > _damageTold) Log.Damaged(_logger, damaged - _damageTold);
        _damageTold = damaged;
    }

    private async Task MaintainForeverAsync()
    {
        using var timer = new PeriodicTimer(_parts.Options.MaintenanceInterval, _parts.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    await MaintainAsync();
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    _parts.Metrics.MaintenanceFailed();
                    Log.MaintenanceFailed(_logger, exception.Message);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3100, LogLevel.Information,
            "Recovered {Blocks} blocks, {Series} series of a checkpoint, {Samples} samples of the WAL in {Duration}.")]
        public static partial void Recovered(ILogger logger, int blocks, int series, long samples, TimeSpan duration);

        [LoggerMessage(3101, LogLevel.Warning, "Lost at start-up: {Loss}")]
        public static partial void Lost(ILogger logger, string loss);

        [LoggerMessage(3102, LogLevel.Error, "The WAL cannot be written, appends are refused: {Reason}")]
        public static partial void Unavailable(ILogger logger, string reason);

        [LoggerMessage(3103, LogLevel.Warning, "Sealed chunks cannot be written yet: {Reason}")]
        public static partial void ChunksNotWritten(ILogger logger, string reason);

        [LoggerMessage(3104, LogLevel.Error, "Maintenance failed and will be tried again: {Reason}")]
        public static partial void MaintenanceFailed(ILogger logger, string reason);

        [LoggerMessage(3105, LogLevel.Error,
            "{Chunks} chunks could not be read since the last look and are left out of answers; flyball tsdb check "
            + "tells more.")]
        public static partial void Damaged(ILogger logger, long chunks);
    }
}
