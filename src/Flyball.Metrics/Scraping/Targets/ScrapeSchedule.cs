using Flyball.Metrics.Scraping.Ingestion;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Scraping.Targets;

/// <summary>
/// When each target is scraped: one queue by due time, one timer for the earliest, a bounded number at a time. A target
/// is in one place only, so it is never scraped twice at once. Thread-safe.
/// </summary>
internal sealed partial class ScrapeSchedule : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(ScrapeTarget Target, int Version), long> _queue = new();
    private readonly Queue<ScrapeTarget> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly ScrapeOptions _options;
    private readonly ScrapeRunner _runner;
    private readonly ScrapeMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private TaskCompletionSource? _idle;
    private int _running;
    private bool _isStopped;

    public ScrapeSchedule(
        ScrapeOptions options, ScrapeRunner runner, ScrapeMetrics metrics, TimeProvider time,
        ILogger<ScrapeSchedule> logger)
    {
        (_options, _runner, _metrics, _time, _logger) = (options, runner, metrics, time, logger);
        _timer = time.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Scrapes a target from now on.</summary>
    public void Add(ScrapeTarget target)
    {
        lock (_gate) Enqueue(target, ScrapeTarget.FirstDueMs(target.Spec, NowMs));
        Pump();
    }

    /// <summary>Scrapes a target no more and ends its series.</summary>
    public void Remove(ScrapeTarget target)
    {
        lock (_gate)
        {
            target.IsRemoved = true;
            if (!target.IsBusy) Enqueue(target, NowMs);
        }

        Pump();
    }

    /// <summary>Completes when no scrape runs or waits.</summary>
    public Task IdleAsync()
    {
        lock (_gate)
        {
            if (_running == 0 && _waiting.Count == 0) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Stops without ending any series: the server comes back.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isStopped) return;
            _isStopped = true;
            _waiting.Clear();
        }

        await _stop.CancelAsync();
        await _timer.DisposeAsync();
        await IdleAsync();
        _stop.Dispose();
    }

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private void Enqueue(ScrapeTarget target, long dueMs)
    {
        target.DueMs = dueMs;
        _queue.Enqueue((target, ++target.Version), dueMs);
    }

    /// <summary>Starts what is due, and sets the timer for what is next.</summary>
    private void Pump()
    {
        var started = new List<ScrapeTarget>();
        lock (_gate)
        {
            if (_isStopped) return;
            long nowMs = NowMs;
            while (_queue.TryPeek(out (ScrapeTarget Target, int Version) next, out long dueMs) && dueMs <= nowMs)
            {
                _queue.Dequeue();
                if (next.Version != next.Target.Version) continue;
                next.Target.IsBusy = true;
                _waiting.Enqueue(next.Target);
            }

            while (_running < _options.ScrapesMax && _waiting.TryDequeue(out ScrapeTarget? target))
            {
                _running++;
                started.Add(target);
            }

            if (_queue.TryPeek(out _, out long laterMs))
                _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, laterMs - nowMs)), Timeout.InfiniteTimeSpan);
        }

        foreach (ScrapeTarget target in started) _ = RunAsync(target);
    }

    private async Task RunAsync(ScrapeTarget target)
    {
        try
        {
            if (!target.IsRemoved) await _runner.ScrapeAsync(target, target.DueMs, _stop.Token);
            if (target.IsRemoved) await _runner.EndAsync(target);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // One target's accident must not end the scraping of all others.
            Log.Broken(_logger, e, target.Spec.Url);
        }

        lock (_gate)
        {
            _running--;
            target.IsBusy = false;
            if (!target.IsRemoved && !_isStopped)
            {
                long intervalMs = (long)target.Spec.Interval.TotalMilliseconds;
                Enqueue(target, ScrapeTarget.NextDueMs(target.DueMs, intervalMs, NowMs, out long missed));
                _metrics.Missed(missed);
            }

            if (_running == 0 && _waiting.Count == 0)
            {
                _idle?.TrySetResult();
                _idle = null;
            }
        }

        Pump();
    }

    private static partial class Log
    {
        [LoggerMessage(3320, LogLevel.Error, "BUG: the scrape of {Target} broke off.")]
        public static partial void Broken(ILogger logger, Exception exception, Uri target);
    }
}
