using System.Threading.Channels;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Apis.Keeping;

/// <summary>
/// Keeps the catalogue on the one server that holds the lease: it looks at every change of what concerns documents, and
/// at an interval.
/// </summary>
internal sealed partial class CatalogueLoop(
    IResourceStore store, DocumentPass pass, ApisOptions options, TimeProvider time, ILogger<CatalogueLoop> logger)
    : BackgroundService
{
    private const string LeaseName = "apis";

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private static readonly string[] Watched =
        [Kinds.ApiSource.Name, Kinds.Workload.Name, Kinds.Version.Name, Kinds.Endpoint.Name];

    /// <summary>Holds one signal at most: many changes between two looks are one look.</summary>
    private readonly Channel<bool> changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Ends when cancelled, by exception.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task watching = WatchAsync(ending.Token);
        try
        {
            while (true) await LeadAsync(cancellation);
        }
        finally
        {
            ending.Cancel();
            await watching.ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    private async Task LeadAsync(CancellationToken cancellation)
    {
        LeaseEpoch? lease = null;
        try
        {
            while ((lease = await AcquireAsync(cancellation)) is { } held)
            {
                await pass.RunAsync(held, cancellation);
                await WaitAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            if (lease is { } held) await store.ReleaseAsync(held, CancellationToken.None);
            throw;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.Failed(logger, e);
        }

        await Task.Delay(RetryDelay, time, cancellation);
    }

    private ValueTask<LeaseEpoch?> AcquireAsync(CancellationToken cancellation) =>
        store.AcquireAsync(LeaseName, options.Holder, options.LeaseDuration, cancellation);

    private async Task WaitAsync(CancellationToken cancellation)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Pause.ForAsync(options.Interval, time, wait.Token), HearAsync(wait.Token));
        wait.Cancel();
        changed.Reader.TryRead(out _);
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task HearAsync(CancellationToken cancellation) =>
        await changed.Reader.WaitToReadAsync(cancellation);

    private async Task WatchAsync(CancellationToken cancellation)
    {
        await foreach (ChangeBatch _ in store.WatchAsync(Watched, store.Current.Revision, cancellation))
            changed.Writer.TryWrite(true);
    }

    private static partial class Log
    {
        [LoggerMessage(3400, LogLevel.Error, "The catalogue of APIs could not be looked after; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
