using Flyball.Base.Disk;
using Flyball.Base.Work;
using Flyball.Metrics.Storage;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Hosting;

/// <summary>
/// The one store of the process: opened in the background, because a large WAL takes its time and the rest of the
/// platform need not wait; closed, or exchanged for a backup, only when nobody uses it. Everybody else holds a
/// <see cref="StoreLease"/>. Thread-safe.
/// </summary>
internal sealed partial class StoreHost(
    MetricsOptions options, IDisk disk, IWorkers workers, TimeProvider time, Random random, ILogger<StoreHost> logger)
    : IAsyncDisposable
{
    /// <summary>From a failure to open to the next attempt: a full disk may have been emptied.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private TimeSeriesStore? store;
    private Task opening = Task.CompletedTask;
    private TaskCompletionSource? drained;
    private int leases;

    public StoreState State { get; private set; } = StoreState.Opening;

    /// <summary>Why the last attempt to open failed; empty when it did not.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>Starts opening; the task is complete when the store is open.</summary>
    public Task Start() => opening = OpenAsync();

    /// <summary>The store until the lease is disposed; null while it is not open.</summary>
    public StoreLease? TryEnter()
    {
        lock (gate)
        {
            if (State != StoreState.Open) return null;
            leases++;
            return new StoreLease(store!, Leave);
        }
    }

    /// <summary>A sentence for those who get no lease.</summary>
    public string DescribeAbsence() => State switch
    {
        StoreState.Restoring => "The metrics are being restored from a backup.",
        StoreState.Closed => "The server is stopping.",
        _ => Failure.Length > 0
            ? $"The metrics cannot be opened: {Failure}"
            : "The metrics are still being read from disk.",
    };

    /// <summary>Closes the store, lets <paramref name="exchange"/> change its directory, and opens it again.</summary>
    /// <exception cref="IOException">The store is not open, or the exchange failed.</exception>
    public async Task ExchangeAsync(Action exchange)
    {
        lock (gate)
        {
            if (State != StoreState.Open) throw new IOException(DescribeAbsence());
            State = StoreState.Restoring;
        }

        try
        {
            await CloseAsync();
            await workers.RunAsync(exchange, CancellationToken.None);
        }
        finally
        {
            lock (gate) State = StoreState.Opening;
            await Start();
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate)
        {
            if (State == StoreState.Closed) return;
        }

        await stop.CancelAsync();
        await opening;
        lock (gate) State = StoreState.Closed;
        await CloseAsync();
        stop.Dispose();
    }

    private async Task OpenAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                TimeSeriesStore opened = await workers.RunAsync(OpenNow, CancellationToken.None);
                lock (gate) (store, State, Failure) = (opened, StoreState.Open, "");
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Failure = e.Message;
                Log.NotOpened(logger, e.Message, RetryDelay);
            }

            try
            {
                await Task.Delay(RetryDelay, time, stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private TimeSeriesStore OpenNow()
    {
        MetricArchive.Recover(options.DataDirectory);
        return TimeSeriesStore.Open(StoreSettings.From(options), disk, workers, time, random, logger);
    }

    /// <summary>Waits for the leases that are out; no new ones are given in this state.</summary>
    private async Task CloseAsync()
    {
        Task waiting;
        TimeSeriesStore? closing;
        lock (gate)
        {
            drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (leases == 0) drained.SetResult();
            waiting = drained.Task;
            (closing, store) = (store, null);
        }

        await waiting;
        if (closing is not null) await closing.DisposeAsync();
    }

    private void Leave()
    {
        lock (gate)
        {
            if (--leases == 0) drained?.TrySetResult();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3200, LogLevel.Error, "The metrics cannot be opened, next attempt in {Delay}: {Reason}")]
        public static partial void NotOpened(ILogger logger, string reason, TimeSpan delay);
    }
}
