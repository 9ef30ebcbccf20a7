using System.Threading.Channels;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Catalogue;

/// <summary>
/// Keeps the catalogue true while it holds the lease <c>discovery</c>: plans after each change of its inputs and at the
/// next deadline, commits under the lease's epoch, plans again when something else came first.
/// </summary>
internal sealed partial class CatalogueLoop(
    IResourceStore store, DiscoveryOptions options, DiscoveryMetrics metrics, TimeProvider time,
    ILogger<CatalogueLoop> logger)
{
    public const string LeaseName = "discovery";

    /// <summary>Edits in one transaction at most; the rest follows in the next.</summary>
    public const int EditsMax = 500;

    /// <summary>After the store could not take a write.</summary>
    private static readonly TimeSpan UnavailableDelay = TimeSpan.FromMilliseconds(500);

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (await store.AcquireAsync(LeaseName, options.Holder, options.LeaseDuration, cancellation) is { } lease)
            {
                Log.Elected(logger, lease.Epoch);
                await HoldAsync(lease, cancellation);
            }

            await Task.Delay(options.LeaseDuration / 3, time, cancellation);
        }
    }

    /// <summary>Reconciles until the lease is lost.</summary>
    private async Task HoldAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task renewing = RenewAsync(lease, held);
        try
        {
            await ReconcileAsync(lease, held.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            Log.Lost(logger, lease.Epoch);
        }
        finally
        {
            held.Cancel();
            await renewing;
            if (cancellation.IsCancellationRequested) await store.ReleaseAsync(lease, CancellationToken.None);
        }
    }

    /// <summary>
    /// Ends the turn when the lease is another's, and also when it is this server's again: then it is another turn,
    /// under an epoch that the reconciling one does not have.
    /// </summary>
    private async Task RenewAsync(LeaseEpoch lease, CancellationTokenSource held)
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.LeaseDuration / 3, time, held.Token);
                if (await store.AcquireAsync(LeaseName, options.Holder, options.LeaseDuration, held.Token) == lease)
                    continue;
                held.Cancel();
                return;
            }
        }
        catch (OperationCanceledException) when (held.IsCancellationRequested)
        {
            // The holder has ended.
        }
    }

    private async Task ReconcileAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        // One signal at most: a burst of changes is planned once. The watch begins before the first plan, so that no
        // change falls between them.
        Channel<bool> changed = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watchEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task watching = WatchAsync(store.Current.Revision, changed.Writer, watchEnd.Token);
        try
        {
            while (true)
            {
                TimeSpan? wait = await ReconcileOnceAsync(lease, cancellation);
                await WaitAsync(changed.Reader, wait, cancellation);
            }
        }
        finally
        {
            // When a commit told that the lease is lost, nobody else ends the watch.
            watchEnd.Cancel();
            await watching;
        }
    }

    private async Task WatchAsync(Revision after, ChannelWriter<bool> changed, CancellationToken cancellation)
    {
        try
        {
            await foreach (ChangeBatch batch in store.WatchAsync(CatalogueProjection.InputKinds, after, cancellation))
            {
                if (batch.Compacted || batch.Changes.Count > 0) changed.TryWrite(true);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The lease is over, or the server stops.
        }
    }

    private async Task WaitAsync(ChannelReader<bool> changed, TimeSpan? wait, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task change = HearAsync(changed, over.Token);
        await (wait is { } limit ? Task.WhenAny(change, Pause.ForAsync(limit, time, over.Token)) : change);
        over.Cancel();
        cancellation.ThrowIfCancellationRequested();
        changed.TryRead(out _);
    }

    /// <summary>Awaited here and not handed on by AsTask: that would come back on the thread pool.</summary>
    private static async Task HearAsync(ChannelReader<bool> changed, CancellationToken cancellation) =>
        await changed.WaitToReadAsync(cancellation);

    /// <summary>
    /// Plans and commits until nothing is left to do; how long to wait without a change, or null for ever.
    /// </summary>
    internal async Task<TimeSpan?> ReconcileOnceAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        while (true)
        {
            ResourceSnapshot snapshot = store.Current;
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            CataloguePlan plan = CatalogueProjection.Plan(snapshot, now);
            if (plan.Edits.Count == 0)
                return plan.NextLookUnixMs is { } at ? TimeSpan.FromMilliseconds(Math.Max(1, at - now)) : null;

            CommitResult result = await store.CommitAsync(Transaction(snapshot, plan).Under(lease), cancellation);
            if (result.IsCommitted) Report(plan);
            else if (result.Outcome == CommitOutcome.LeaseLost)
                throw new OperationCanceledException("The lease has passed on.");
            else if (result.Outcome != CommitOutcome.Conflict)
            {
                Log.NotWritten(logger, result.Outcome, result.Reason);
                return UnavailableDelay;
            }
        }
    }

    /// <summary>
    /// Each edit requires its endpoint as it was and the allocation's records it was derived from, so that what is
    /// written was true of one moment.
    /// </summary>
    private static StoreTransaction Transaction(ResourceSnapshot snapshot, CataloguePlan plan)
    {
        var transaction = new StoreTransaction();
        foreach (CatalogueEdit edit in plan.Edits.Take(EditsMax))
        {
            transaction.Require(Kinds.Endpoint.Key(edit.Name), edit.Expected);
            if (edit.Endpoint is not { } endpoint)
            {
                transaction.Delete(Kinds.Endpoint.Key(edit.Name));
                continue;
            }

            RequireAsSeen(transaction, snapshot, Kinds.Allocation.Key(endpoint.Allocation));
            RequireAsSeen(transaction, snapshot, Kinds.AllocationStatus.Key(endpoint.Allocation));
            transaction.Put(Kinds.Endpoint, edit.Name, endpoint);
        }

        return transaction;
    }

    private static void RequireAsSeen(StoreTransaction transaction, ResourceSnapshot snapshot, ResourceKey key) =>
        transaction.Require(key, snapshot.Find(key)?.Revision ?? Revision.None);

    private void Report(CataloguePlan plan)
    {
        foreach (CatalogueEdit edit in plan.Edits.Take(EditsMax))
        {
            metrics.Edited(edit);
            if (edit.Endpoint is null) Log.Removed(logger, edit.Name, edit.Reason);
            else Log.Written(logger, edit.Name, edit.Endpoint.Service, edit.Endpoint.Address, edit.Endpoint.PortNumber,
                edit.Reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Information, "Keeping the catalogue, epoch {Epoch}")]
        public static partial void Elected(ILogger logger, long epoch);

        [LoggerMessage(4002, LogLevel.Warning, "The lease on the catalogue is lost, epoch {Epoch}")]
        public static partial void Lost(ILogger logger, long epoch);

        [LoggerMessage(4003, LogLevel.Debug, "Endpoint {Endpoint} of {Service} at {Address}:{Port}: {Reason}")]
        public static partial void Written(
            ILogger logger, string endpoint, string service, string address, int port, string reason);

        [LoggerMessage(4004, LogLevel.Debug, "Endpoint {Endpoint} removed: {Reason}")]
        public static partial void Removed(ILogger logger, string endpoint, string reason);

        [LoggerMessage(4005, LogLevel.Warning, "The catalogue was not written: {Outcome} {Reason}")]
        public static partial void NotWritten(ILogger logger, CommitOutcome outcome, string? reason);
    }
}
