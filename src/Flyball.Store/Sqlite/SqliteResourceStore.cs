using Flyball.Base.Disk;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Store.Committing;
using Flyball.Store.Watching;
using Microsoft.Extensions.Logging;

namespace Flyball.Store.Sqlite;

/// <summary>
/// The store on one SQLite database: transactions queue up for one writer (<see cref="SqliteWriter"/>), reads come from
/// the snapshot in memory.
/// </summary>
internal sealed class SqliteResourceStore : IResourceStore, IWatchSource, IStoreBackup, IDisposable, IAsyncDisposable
{
    private readonly SqliteStoreOptions options;
    private readonly StoreMetrics metrics = new();
    private readonly WorkQueue queue;
    private readonly SqliteReader reader;
    private readonly SqliteWriter writer;
    private readonly SqliteBackup backup;
    private readonly FileStream processLock;
    private int isDisposed;

    /// <summary>Opens the store; blocks while it checks and loads it.</summary>
    /// <exception cref="InvalidDataException">Damaged or of a newer format; the message starts with FATAL.</exception>
    /// <exception cref="IOException">Another process has it open, or the directory cannot be written.</exception>
    public SqliteResourceStore(
        SqliteStoreOptions options, TimeProvider time, IWorkers workers, ILogger<SqliteResourceStore> logger)
    {
        this.options = options;
        MakeDirectory(options.Directory);
        var files = new SqliteFiles(options.Directory);
        processLock = TakeLock(files.Lock);
        try
        {
            files.FinishRestore();
            queue = new WorkQueue(options.QueueTransactionsMax, options.QueueBytesMax);
            reader = new SqliteReader(files.Database, options, workers);
            Feed = new ChangeFeed(options.Limits, reader, metrics);
            var checkpointer = new Checkpointer(options, files.Database, workers, time, metrics, logger);
            var leases = new LeaseTable(time, options.Limits.LeasesMax);
            writer = new SqliteWriter(
                options, files, queue, Feed, leases, new WriterParts(reader, checkpointer, metrics, time, logger));
            backup = new SqliteBackup(files, options, queue, writer, workers);
            metrics.Observe(() => queue.Length, () => Current.Revision.Value, () => Feed.Wakes);
            writer.Start();
        }
        catch
        {
            processLock.Dispose();
            throw;
        }
    }

    public ChangeFeed Feed { get; }

    public string History => writer.History;

    public ResourceSnapshot Current => Feed.Current;

    public IAsyncEnumerable<ChangeBatch> WatchAsync(
        IReadOnlyList<string> kinds, Revision after, CancellationToken cancellation) =>
        Feed.WatchAsync(kinds, after, cancellation);

    public ValueTask<CommitResult> CommitAsync(StoreTransaction transaction, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        string? refusal = TransactionSize.Measure(transaction, options.Limits, out long sizeBytes);
        if (refusal is null)
        {
            var work = new CommitWork(transaction, sizeBytes, cancellation);
            refusal = queue.TryAdd(work);
            if (refusal is null) return new(work.Done);
        }

        metrics.Refused(refusal);
        return new(new CommitResult(CommitOutcome.Refused, Current.Revision, Reason: refusal));
    }

    public ValueTask<LeaseEpoch?> AcquireAsync(
        string name, string holder, TimeSpan duration, CancellationToken cancellation = default)
    {
        LeaseArguments.Check(name, holder, duration);
        return ChangeLeaseAsync(leases => leases.Acquire(name, holder, duration), cancellation);
    }

    public async ValueTask ReleaseAsync(LeaseEpoch lease, CancellationToken cancellation = default) =>
        await ChangeLeaseAsync(
            leases =>
            {
                leases.Release(lease);
                return null;
            },
            cancellation);

    public async ValueTask CompactAsync(Revision through, CancellationToken cancellation = default) =>
        await writer.CompactAsync(through, cancellation);

    public ValueTask<IReadOnlyList<JournalRow>> ReadAsync(JournalQuery query, CancellationToken cancellation = default)
    {
        JournalArguments.Check(query);
        return reader.ReadAsync(query, cancellation);
    }

    public async ValueTask<int> TrimAsync(string table, long beforeUnixMs, CancellationToken cancellation = default)
    {
        JournalArguments.CheckTable(table);
        return await writer.TrimAsync(table, beforeUnixMs, cancellation);
    }

    public Task BackupAsync(string file, CancellationToken cancellation = default) =>
        backup.BackupAsync(file, cancellation);

    public Task RestoreAsync(string file, CancellationToken cancellation = default) =>
        backup.RestoreAsync(file, cancellation);

    /// <summary>
    /// Writes what waits, then closes. A container disposes it once for each interface that it was registered as.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 1) return;
        writer.Dispose();
        reader.Dispose();
        backup.Dispose();
        queue.Dispose();
        metrics.Dispose();
        processLock.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A full queue means: not held.</summary>
    private ValueTask<LeaseEpoch?> ChangeLeaseAsync(
        Func<LeaseTable, LeaseEpoch?> change, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var work = new LeaseWork(change, cancellation);
        if (queue.TryAdd(work) is not { } refusal) return new(work.Done);
        metrics.Refused(refusal);
        return new((LeaseEpoch?)null);
    }

    /// <summary>A new directory's name must be as durable as what will be acknowledged in it.</summary>
    private static void MakeDirectory(string path)
    {
        if (Directory.Exists(path)) return;
        DirectoryInfo made = Directory.CreateDirectory(path);
        if (made.Parent is { } parent) PhysicalDisk.Instance.SyncDirectory(parent.FullName);
    }

    /// <summary>
    /// Two processes on one store would each serve a snapshot that the other's writes are missing from.
    /// </summary>
    private static FileStream TakeLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException($"The store is open in another process ({path} is locked).", e);
        }
    }
}
