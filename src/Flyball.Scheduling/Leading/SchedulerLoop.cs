using Flyball.Base.Ids;
using Flyball.Base.Resources;
using Flyball.Scheduling.Reconciling;
using Microsoft.Extensions.Logging;

namespace Flyball.Scheduling.Leading;

/// <summary>
/// Waits for the lease <see cref="LeaseName"/>, leads while it is held, and begins anew when it is lost or something
/// went wrong. One a server; the simulator drives <see cref="RunAsync"/> itself.
/// </summary>
internal sealed partial class SchedulerLoop(
    IResourceStore store,
    Reconciler reconciler,
    SchedulingOptions options,
    SchedulingMetrics metrics,
    TimeProvider time,
    IdSource ids,
    ILogger<SchedulerLoop> logger)
{
    public const string LeaseName = "scheduling";

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly string holder = ids.Next();

    private readonly SchedulingPolicy policy = new()
    {
        DrainTimeout = options.DrainTimeout,
        ReplacementDelay = options.ReplacementDelay,
        ReplacementDelayMax = options.ReplacementDelayMax,
        VersionHistory = options.VersionHistory,
    };

    /// <summary>Ends when cancelled, by exception; the lease is given up then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            LeaseEpoch? lease = null;
            try
            {
                lease = await store.AcquireAsync(LeaseName, holder, options.LeaseDuration, cancellation);
                if (lease is { } held) await LeadAsync(held, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                if (lease is { } held) await store.ReleaseAsync(held, CancellationToken.None);
                throw;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Whatever it was, the next turn starts from what is stored and nothing else.
                Log.Failed(logger, e);
            }

            await Task.Delay(RetryDelay, time, cancellation);
        }
    }

    private async Task LeadAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        Log.Leading(logger, lease.Epoch);
        var leadership = new Leadership(store, reconciler, policy, options, metrics, time, lease, holder);
        if (await leadership.RunAsync(cancellation) == LeadershipEnd.LeaseLost) Log.LeaseLost(logger, lease.Epoch);
        else Log.FellBehind(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Information, "Scheduling here, lease epoch {Epoch}")]
        public static partial void Leading(ILogger logger, long epoch);

        [LoggerMessage(3002, LogLevel.Warning, "The scheduling lease of epoch {Epoch} passed to another server")]
        public static partial void LeaseLost(ILogger logger, long epoch);

        [LoggerMessage(
            3004, LogLevel.Information, "The store was restored or changed too fast; planning from all of it")]
        public static partial void FellBehind(ILogger logger);

        [LoggerMessage(3003, LogLevel.Error, "Scheduling failed and begins anew")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
