using Flyball.Autoscaling.Activation;
using Flyball.Autoscaling.Predicting;
using Flyball.Autoscaling.Signals;
using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts.Metrics;
using Microsoft.Extensions.Logging;

namespace Flyball.Autoscaling.Leading;

/// <summary>
/// Waits for the lease <see cref="LeaseName"/> and decides at every tick while it is held. Ticks are at whole multiples
/// of the interval, so that what is read live and what is read back from history are the same values.
/// </summary>
internal sealed partial class AutoscalerLoop(
    IResourceStore store, IMetricQuery query, IWorkers workers, AutoscalingOptions options, AutoscalerBoards boards,
    AutoscalingMetrics metrics, AutoscalerClock clock, ILogger<AutoscalerLoop> logger)
{
    public const string LeaseName = "autoscaling";

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly TimeProvider time = clock.Time;
    private readonly string holder = clock.Ids.Next();

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
                if (lease is { } held)
                    await LeadAsync(held, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                if (lease is { } held)
                    await store.ReleaseAsync(held, CancellationToken.None);
                throw;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Log.Failed(logger, e);
            }
            finally
            {
                boards.Decided.Clear();
            }
            await Task.Delay(RetryDelay, time, cancellation);
        }
    }

    private async Task LeadAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var wakes = new WakeLoop(
            store, boards.Asked, new DecisionWriter(time, options.Window), metrics, time, logger);
        var waking = wakes.RunAsync(lease, ended.Token);
        try
        {
            await DecideAsync(lease, cancellation);
        }
        finally
        {
            ended.Cancel();
            await waking;
        }
    }

    private async Task DecideAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        var pass = CreatePass();
        var last = -1L;
        while (await WaitAsync(lease, last, cancellation) is { } tick)
        {
            var began = time.GetTimestamp();
            var leads = await pass.RunAsync(tick, lease, cancellation);
            metrics.Passed(time.GetElapsedTime(began));
            if (!leads)
                break;
            last = tick;
        }
        Log.LeaseLost(logger, lease.Epoch);
    }

    private ScalingPass CreatePass()
    {
        var expressions = new SignalExpressions(options.Window);
        return new ScalingPass(
            store,
            new PassReading(
                query, expressions, time, PassTime.Of(options.Interval, options.LeaseDuration)),
            new ForecastParts(
                new HistoryReader(query, expressions, time), workers, options.Interval, options.History),
            new ObservationBuilder(options.Window, boards.Asked),
            new DecisionWriter(time, options.Window),
            boards.Decided, metrics, logger);
    }

    // The lease is renewed while waiting; null when it is another's.
    private async Task<long?> WaitAsync(LeaseEpoch lease, long last, CancellationToken cancellation)
    {
        var renewEvery = options.LeaseDuration / 3;
        var due = last < 0 ? Tick().Now + 1 : last + 1;
        while (true)
        {
            if (await store.AcquireAsync(LeaseName, holder, options.LeaseDuration, cancellation) != lease)
                return null;
            for (var isRenewed = true; isRenewed;)
            {
                var (now, left) = Tick();
                if (now >= due)
                    return now;
                isRenewed = left <= renewEvery;
                await Pause.ForAsync(isRenewed ? left : renewEvery, time, cancellation);
            }
        }

        // A timer may fire a little early: the clock says whether the tick has come, so that none is decided twice.
        (long Now, TimeSpan Left) Tick()
        {
            var intervalMs = (long)options.Interval.TotalMilliseconds;
            var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            var now = nowMs / intervalMs;
            return (now, TimeSpan.FromMilliseconds((now + 1) * intervalMs - nowMs));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(8001, LogLevel.Warning, "The autoscaling lease of epoch {Epoch} passed to another server")]
        public static partial void LeaseLost(ILogger logger, long epoch);

        [LoggerMessage(8002, LogLevel.Error, "Autoscaling failed and begins anew")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
