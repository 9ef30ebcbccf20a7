using Flyball.Base.Resources;
using Flyball.Base.Transport;
using Flyball.Contracts.Store.Wire;
using Flyball.Store.Watching;

namespace Flyball.Store.Remote;

/// <summary>
/// The server's end of a remote watch: a snapshot when the client's revision is of no use, then batches. It sends as
/// fast as the client reads and holds no queue; a client that falls too far behind is sent a snapshot again.
/// </summary>
internal sealed class WatchHandler(
    IWatchSource source, TimeProvider time, IReadOnlyList<string> withheld, IReadOnlyList<string>? confidential = null)
    : IStreamHandler<WatchRequest, WatchResponse>
{
    /// <summary>The version of this protocol.</summary>
    public const int Version = 1;

    /// <summary>
    /// A snapshot is sent in messages of about this many bytes: a large one must not be one message, and the buffers of
    /// a message are kept for the next.
    /// </summary>
    private const long SnapshotMessageBytes = 64 * 1024;

    /// <summary>
    /// How often a quiet client is told how far the store has come, so that a later reconnect starts from there.
    /// </summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    public async Task RunAsync(
        IMessageStream<WatchResponse, WatchRequest> stream, Peer peer, CancellationToken cancellation)
    {
        WatchRequest? request = await stream.ReceiveAsync(cancellation);
        if (request is null) return;
        if (request.ProtocolVersion != Version)
            throw new TransportException(
                $"The store's watch speaks version {Version}, not {request.ProtocolVersion}.", refused: true);

        if (request.Kinds.FirstOrDefault(withheld.Contains) is { } secret)
            throw new TransportException($"The kind {secret} is not served to other processes.", refused: true);

        // Whoever asks for everything gets what everybody may have.
        var filter = new KindFilter(
            request.Kinds, request.Kinds.Count == 0 ? [.. withheld, .. confidential ?? []] : withheld);
        bool isKnown = request.AfterRevision > 0 && request.History == source.History;
        Revision cursor =
            isKnown ? new Revision(request.AfterRevision) : await SendSnapshotAsync(stream, filter, cancellation);
        // A client that missed nothing is told so at once: it may be waiting to hear it before it opens its doors.
        if (isKnown && IsCurrent(source.Feed.Current, filter, cursor))
            await stream.SendAsync(new WatchResponse { ThroughRevision = cursor.Value }, cancellation);
        while (true) cursor = await SendChangesAsync(stream, filter, cursor, cancellation);
    }

    private static bool IsCurrent(ResourceSnapshot snapshot, KindFilter filter, Revision cursor) =>
        filter.IsAll ? snapshot.Revision <= cursor : filter.Kinds.All(kind => snapshot.LastChange(kind) <= cursor);

    /// <summary>
    /// Sends batches until the client must list again, and the snapshot for that; where to go on from.
    /// </summary>
    private async Task<Revision> SendChangesAsync(
        IMessageStream<WatchResponse, WatchRequest> stream,
        KindFilter filter,
        Revision after,
        CancellationToken cancellation)
    {
        var progress = new WatchProgress(time, ProgressInterval);
        await foreach (ChangeBatch batch in source.Feed.WatchAsync(filter, after, progress, cancellation))
        {
            if (batch.Compacted) break;
            var message = new WatchResponse { ThroughRevision = batch.Through.Value };
            foreach (ResourceChange change in batch.Changes) message.Changes.Add(WireChanges.ToWire(change));
            await stream.SendAsync(message, cancellation);
        }

        return await SendSnapshotAsync(stream, filter, cancellation);
    }

    private async Task<Revision> SendSnapshotAsync(
        IMessageStream<WatchResponse, WatchRequest> stream, KindFilter filter, CancellationToken cancellation)
    {
        // The name before the contents: a restore in between then makes the client list again, never go on wrongly.
        string history = source.History;
        ResourceSnapshot snapshot = source.Feed.Current;
        long through = snapshot.Revision.Value;
        var message = new WatchResponse { ThroughRevision = through, SnapshotBegin = true };
        long bytes = 0;
        foreach (StoredResource resource in filter.IsAll ? snapshot.All() : filter.Kinds.SelectMany(snapshot.List))
        {
            if (!filter.Matches(resource.Key.Kind)) continue;
            if (bytes >= SnapshotMessageBytes)
            {
                await stream.SendAsync(message, cancellation);
                message = new WatchResponse { ThroughRevision = through };
                bytes = 0;
            }

            message.Changes.Add(WireChanges.ToWire(ResourceChange.Put(resource)));
            bytes += resource.ValueLength + 64;
        }

        message.SnapshotEnd = true;
        message.History = history;
        await stream.SendAsync(message, cancellation);
        return snapshot.Revision;
    }
}
