using Flyball.Base.Disk;
using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Contracts.Store.Wire;
using Flyball.Store.Watching;
using Microsoft.Extensions.Logging;

namespace Flyball.Store.Remote;

/// <summary>
/// A store in another process, read through a watch on it. While the server is away the last snapshot stands, also over
/// a restart of this process: agents and gateways go on with it.
/// </summary>
internal sealed partial class RemoteResourceReader : IResourceReader, IDisposable
{
    private readonly RemoteReaderOptions options;
    private readonly ITransport transport;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly ILogger logger;
    private readonly StoreMetrics metrics = new();
    private readonly SnapshotKeeper keeper;
    private readonly ChangeFeed feed;
    private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string history = "";

    /// <summary>Starts from the snapshot on disk; <see cref="RunAsync"/> then follows the server.</summary>
    public RemoteResourceReader(
        RemoteReaderOptions options,
        ITransport transport,
        IDisk disk,
        IWorkers workers,
        TimeProvider time,
        Random random,
        ILogger logger)
    {
        this.options = options;
        this.transport = transport;
        this.time = time;
        this.random = random;
        this.logger = logger;
        feed = new ChangeFeed(options.Limits, NoChangeLog.Instance, metrics);
        keeper = new SnapshotKeeper(new KeptSnapshotFile(disk, options.File), options, workers, time, logger);
        if (keeper.Load() is not { } kept) return;
        history = kept.History;
        feed.Reset(kept.Snapshot);
        Log.Kept(logger, kept.Snapshot.Revision.Value);
    }

    public ResourceSnapshot Current => feed.Current;

    /// <summary>True while a stream to the server is open.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>
    /// Ends when the server has been heard for the first time and what it said is in <see cref="Current"/>.
    /// </summary>
    public Task Heard => heard.Task;

    public IAsyncEnumerable<ChangeBatch> WatchAsync(
        IReadOnlyList<string> kinds, Revision after, CancellationToken cancellation)
    {
        if (options.Kinds.Count > 0 && (kinds.Count == 0 || kinds.Except(options.Kinds, StringComparer.Ordinal).Any()))
            throw new ArgumentException(
                $"This reader has only the kinds {string.Join(", ", options.Kinds)}.", nameof(kinds));
        return feed.WatchAsync(kinds, after, cancellation);
    }

    /// <summary>Follows the server, and reconnects, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Task saving = keeper.RunAsync(State, cancellation);
        try
        {
            await FollowAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            IsConnected = false;
        }

        try
        {
            await saving;
        }
        catch (OperationCanceledException)
        {
            // One save is never under way beside another: this one is over, the last one follows.
        }

        await keeper.SaveAsync(State());
    }

    public void Dispose() => metrics.Dispose();

    private async Task FollowAsync(CancellationToken cancellation)
    {
        TimeSpan wait = options.ReconnectMin;
        while (true)
        {
            bool isRefused = false;
            Revision before = Current.Revision;
            try
            {
                await WatchServerAsync(cancellation);
            }
            catch (TransportException e)
            {
                isRefused = e.IsRefused;
                Log.Broken(logger, e.Message);
            }

            IsConnected = false;
            metrics.RemoteBroke();
            // A stream that brought something was a good one: begin with short waits again.
            if (Current.Revision != before) wait = options.ReconnectMin;
            if (isRefused) wait = options.ReconnectMax;
            await Task.Delay(Jittered(wait), time, cancellation);
            wait = wait * 2 < options.ReconnectMax ? wait * 2 : options.ReconnectMax;
        }
    }

    private async Task WatchServerAsync(CancellationToken cancellation)
    {
        await using IMessageStream<WatchRequest, WatchResponse> stream =
            await transport.OpenAsync(StreamMethods.StoreWatch, cancellation);
        var request = new WatchRequest
        {
            ProtocolVersion = WatchHandler.Version, AfterRevision = Current.Revision.Value, History = history,
        };
        request.Kinds.Add(options.Kinds);
        await stream.SendAsync(request, cancellation);
        IsConnected = true;
        Log.Connected(logger, Current.Revision.Value);
        var transfer = new SnapshotTransfer(options.SnapshotBytesMax);
        while (await stream.ReceiveAsync(cancellation) is { } message)
        {
            if (message.SnapshotBegin || transfer.IsOpen) Replace(transfer.Add(message), message.History);
            else Advance(message);
            if (!transfer.IsOpen) heard.TrySetResult();
        }
    }

    private void Replace(ResourceSnapshot? snapshot, string ofHistory)
    {
        if (snapshot is null) return;
        history = ofHistory;
        feed.Reset(snapshot);
    }

    private void Advance(WatchResponse message)
    {
        var through = new Revision(message.ThroughRevision);
        if (through <= Current.Revision) return;
        ResourceChange[] changes = [.. message.Changes.Select(WireChanges.FromWire)];
        feed.Publish(Current.Apply(changes, through), changes);
    }

    private (ResourceSnapshot Snapshot, string History) State() => (Current, history);

    /// <summary>Many readers lose a server at once and must not come back at once.</summary>
    private TimeSpan Jittered(TimeSpan wait) => wait * (0.5 + (random.NextDouble() / 2));

    private static partial class Log
    {
        [LoggerMessage(1130, LogLevel.Information, "Starting from the kept snapshot at revision {Revision}.")]
        public static partial void Kept(ILogger logger, long revision);

        [LoggerMessage(1131, LogLevel.Information, "Watching the server's store from revision {Revision}.")]
        public static partial void Connected(ILogger logger, long revision);

        [LoggerMessage(
            1132, LogLevel.Warning, "The watch on the server's store broke: {Reason} The last snapshot stands.")]
        public static partial void Broken(ILogger logger, string reason);
    }
}
