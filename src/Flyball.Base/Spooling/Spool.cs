using Flyball.Base.Codecs;
using Flyball.Base.Disk;
using Flyball.Base.Work;

namespace Flyball.Base.Spooling;

/// <summary>
/// A bounded queue of records on disk: many append, one reads, and what was acknowledged is forgotten. It survives its
/// process; when it is full the oldest go first. Appends that come together share one write and one fsync.
/// </summary>
public sealed class Spool : IDisposable
{
    private readonly Lock gate = new();
    private readonly SpoolOptions options;
    private readonly IWorkers workers;
    private readonly SpoolLog log;
    private readonly SpoolReader reader;
    private readonly SemaphoreSlim arrived = new(0, 1);
    private Group filling = new();
    private Group spare = new();
    private bool isWriting;
    private int writingBytes;
    private ulong lastId;
    private volatile bool isOpen;

    public Spool(SpoolOptions options, IDisk disk, IWorkers workers)
    {
        this.options = options;
        this.workers = workers;
        log = new SpoolLog(options, disk);
        reader = new SpoolReader(log, options);
    }

    /// <summary>Records that were dropped before they were acknowledged: the oldest make room for the newest.</summary>
    public long Dropped => log.Dropped;

    public long DiskBytes => log.DiskBytes;

    /// <summary>Before it is open every record is refused.</summary>
    public bool IsOpen => isOpen;

    /// <summary>Takes up what an earlier process left.</summary>
    /// <exception cref="IOException">The directory cannot be used; to be tried again later.</exception>
    public async Task<SpoolRecovery> OpenAsync(CancellationToken cancellation)
    {
        SpoolRecovery found = await workers.RunAsync(log.Open, cancellation);
        lastId = log.LastId;
        isOpen = true;
        return found;
    }

    /// <param name="record">Is copied before the call returns.</param>
    /// <param name="durable">Answers when the record survives a power loss, not only this process.</param>
    public async ValueTask<SpoolOutcome> AppendAsync(ReadOnlyMemory<byte> record, bool durable)
    {
        if (record.Length > options.RecordBytesMax) return SpoolOutcome.TooLarge;
        if (!isOpen) return SpoolOutcome.DiskRefused;
        Task<SpoolOutcome> written;
        bool isLeader;
        lock (gate)
        {
            if (filling.Frames.Length + writingBytes + record.Length > options.PendingBytesMax)
                return SpoolOutcome.Busy;
            SpoolFrames.Write(filling.Frames, SpoolFrames.RecordKind, ++lastId, record.Span);
            filling.Records++;
            filling.LastId = lastId;
            filling.IsDurable |= durable;
            written = filling.Written.Task;
            isLeader = !isWriting;
            isWriting = true;
        }

        if (isLeader) _ = WriteGroupsAsync();
        return await written;
    }

    /// <summary>The next record, or null when everything was read.</summary>
    /// <exception cref="IOException">The disk refuses to read.</exception>
    public Task<SpoolRecord?> ReadAsync(CancellationToken cancellation) =>
        workers.RunAsync(reader.Next, cancellation);

    /// <summary>Returns when something may have been appended since everything was read.</summary>
    public Task WaitAsync(CancellationToken cancellation) => arrived.WaitAsync(cancellation);

    /// <summary>Everything up to this record arrived where it belongs.</summary>
    public void Acknowledge(ulong id) => log.Acknowledge(id);

    /// <summary>Reads again from the first record that was not acknowledged.</summary>
    public void Rewind() => reader.Rewind();

    /// <summary>Nothing may be appended or read any more.</summary>
    public void Dispose()
    {
        reader.Dispose();
        log.Dispose();
        arrived.Dispose();
    }

    /// <summary>Writes one group after the other for as long as records come.</summary>
    private async Task WriteGroupsAsync()
    {
        while (true)
        {
            Group group;
            lock (gate)
            {
                if (filling.Records == 0)
                {
                    isWriting = false;
                    return;
                }

                group = filling;
                writingBytes = group.Frames.Length;
                filling = spare;
            }

            Task<SpoolOutcome> writing = WriteAsync(group);
            await Task.WhenAny(writing);
            TaskCompletionSource<SpoolOutcome> written = group.Written;
            group.Clear();
            lock (gate)
            {
                spare = group;
                writingBytes = 0;
            }

            // A failure that is no disk's is a bug: whoever appended is told of it, and the next group is written.
            written.SetFromTask(writing);
        }
    }

    private async Task<SpoolOutcome> WriteAsync(Group group)
    {
        try
        {
            await workers.RunAsync(
                () => log.Append(group.Frames.Written, group.Records, group.LastId, group.IsDurable));
            Signal();
            return SpoolOutcome.Kept;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SpoolOutcome.DiskRefused;
        }
    }

    private void Signal()
    {
        lock (gate)
        {
            if (arrived.CurrentCount == 0) arrived.Release();
        }
    }

    /// <summary>Records that are written and synced together.</summary>
    private sealed class Group
    {
        public ByteBuffer Frames { get; private set; } = new(4_096);

        public int Records { get; set; }

        public ulong LastId { get; set; }

        public bool IsDurable { get; set; }

        public TaskCompletionSource<SpoolOutcome> Written { get; private set; } = NewSource();

        public void Clear()
        {
            // One giant group should not cost memory for ever.
            if (Frames.CapacityBytes > 1 << 20) Frames = new ByteBuffer(4_096);
            Frames.Clear();
            (Records, LastId, IsDurable) = (0, 0, false);
            Written = NewSource();
        }

        private static TaskCompletionSource<SpoolOutcome> NewSource() =>
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
