using System.Threading.Channels;
using Flyball.Base.Resources;

namespace Flyball.Base.Work;

/// <summary>
/// Looks after something on the one server that holds a lease: at every change of the resources that concern it, and at
/// an interval. A look that fails is told and tried again after a second; the lease is given up when the loop ends.
/// </summary>
/// <param name="store">Whose leases and changes they are.</param>
/// <param name="options">Under which lease, and how often.</param>
/// <param name="look">One look, under the lease that was renewed just before.</param>
/// <param name="failed">Is told what a look threw, or the store.</param>
/// <param name="time">Says how long an interval is.</param>
public sealed class LeasedLoop(
    IResourceStore store, LeasedLoopOptions options, Func<LeaseEpoch, CancellationToken, Task> look,
    Action<Exception> failed, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

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
                await look(held, cancellation);
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
            failed(e);
        }

        await Task.Delay(RetryDelay, time, cancellation);
    }

    private ValueTask<LeaseEpoch?> AcquireAsync(CancellationToken cancellation) =>
        store.AcquireAsync(options.Lease, options.Holder, options.LeaseDuration, cancellation);

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
        await foreach (ChangeBatch _ in store.WatchAsync(options.Watched, store.Current.Revision, cancellation))
            changed.Writer.TryWrite(true);
    }
}
