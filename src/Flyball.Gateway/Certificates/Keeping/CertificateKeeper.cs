using System.Threading.Channels;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Gateway.Balancing;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Certificates.Keeping;

/// <summary>
/// Has the certificates of one source issued and renewed, on the one server that holds the lease. It looks at every
/// change of a route and at an interval.
/// </summary>
internal sealed partial class CertificateKeeper(
    IResourceStore store, ICertificateIssuer issuer, CertificateOptions options, RandomSequence random,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly string leaseName = "certificates/" + issuer.Source.ToString().ToLowerInvariant();
    private readonly CertificatePass pass = new(store, issuer, random, time, logger);

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
        store.AcquireAsync(leaseName, options.Holder, options.LeaseDuration, cancellation);

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
        await foreach (ChangeBatch _ in store.WatchAsync([Kinds.Route.Name], store.Current.Revision, cancellation))
            changed.Writer.TryWrite(true);
    }

    private static partial class Log
    {
        [LoggerMessage(3121, LogLevel.Error, "Certificates could not be looked after; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
