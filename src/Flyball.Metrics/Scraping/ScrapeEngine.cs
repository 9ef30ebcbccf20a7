using Flyball.Metrics.Api.Targets;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Discovery;
using Flyball.Metrics.Scraping.Ingestion;
using Flyball.Metrics.Scraping.Targets;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Scraping;

/// <summary>The jobs that are in force, each with its pool of targets. Thread-safe.</summary>
internal sealed partial class ScrapeEngine : ITargetView, IAsyncDisposable
{
    private readonly Lock _gate = new();
    // Not disposed: whoever waits for it meanwhile is to find the engine stopped, not a disposed lock.
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly SortedDictionary<string, ScrapePool> _pools = new(StringComparer.Ordinal);
    private readonly ScrapeOptions _options;
    private readonly ScrapeSchedule _schedule;
    private readonly ScrapeMetrics _metrics;
    private readonly DiscoveryRuntime _runtime;
    private readonly ILogger _logger;
    private int _targets;
    private bool _isStopped;

    public ScrapeEngine(
        ScrapeOptions options, ScrapeSchedule schedule, ScrapeMetrics metrics, TimeProvider time,
        ILogger<ScrapeEngine> logger)
    {
        (_options, _schedule, _metrics, _logger) = (options, schedule, metrics, logger);
        _runtime = new DiscoveryRuntime(time, logger);
        metrics.ObserveTargets(() => Volatile.Read(ref _targets));
    }

    public string ConfigYaml { get; private set; } = "";

    public IReadOnlyList<string> Pools
    {
        get
        {
            lock (_gate) return [.. _pools.Keys];
        }
    }

    public IReadOnlyList<TargetStatus> Active =>
        [.. Snapshot().SelectMany(pool => pool.Targets.Select(target => StatusOf(pool, target)))];

    public IReadOnlyList<DroppedTarget> Dropped => [.. Snapshot().SelectMany(pool => pool.Dropped)];

    public IReadOnlyDictionary<string, int> DroppedCounts =>
        Snapshot().ToDictionary(pool => pool.Job.Name, pool => pool.DroppedCount, StringComparer.Ordinal);

    /// <summary>
    /// Puts jobs in force: pools of jobs that did not change go on, others end and begin anew. Nothing happens once the
    /// engine is stopped.
    /// </summary>
    public async Task ApplyAsync(IReadOnlyList<ScrapeJob> jobs, string shown)
    {
        await _changing.WaitAsync();
        try
        {
            if (Volatile.Read(ref _isStopped)) return;
            Dictionary<string, ScrapeJob> wanted = jobs.ToDictionary(job => job.Name, StringComparer.Ordinal);
            foreach (ScrapePool pool in Snapshot())
            {
                if (wanted.TryGetValue(pool.Job.Name, out ScrapeJob? job) && job.Fingerprint == pool.Job.Fingerprint)
                    wanted.Remove(job.Name);
                else await CloseAsync(pool);
            }

            foreach (ScrapeJob job in jobs)
            {
                if (wanted.ContainsKey(job.Name)) Open(job);
            }

            ConfigYaml = shown;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Stops all scraping without ending a series: the server comes back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isStopped, true)) return;
        await _changing.WaitAsync();
        try
        {
            foreach (ScrapePool pool in Snapshot()) await pool.DisposeAsync();
            await _schedule.DisposeAsync();
        }
        finally
        {
            _changing.Release();
        }
    }

    private ScrapePool[] Snapshot()
    {
        lock (_gate) return [.. _pools.Values];
    }

    private async Task CloseAsync(ScrapePool pool)
    {
        await pool.CloseAsync(endsSeries: true);
        lock (_gate) _pools.Remove(pool.Job.Name);
    }

    private void Open(ScrapeJob job)
    {
        try
        {
            var pool = new ScrapePool(job, _options, _schedule, Reserve, _logger);
            lock (_gate) _pools.Add(job.Name, pool);
            pool.Start(_runtime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or System.Security.Cryptography.CryptographicException)
        {
            Log.JobUnusable(_logger, job.Name, e.Message);
        }
    }

    private int Reserve(int change)
    {
        lock (_gate)
        {
            int granted = Math.Min(change, _options.TargetsMax - _targets);
            _targets += granted;
            if (granted < change)
            {
                _metrics.Refused(change - granted);
                Log.TooManyTargets(_logger, change - granted, _options.TargetsMax);
            }

            return granted;
        }
    }

    private static TargetStatus StatusOf(ScrapePool pool, ScrapeTarget target)
    {
        ScrapeResult? last = target.Last;
        return new TargetStatus
        {
            Pool = pool.Job.Name,
            DiscoveredLabels = target.Spec.Discovered,
            Labels = target.Spec.Labels,
            ScrapeUrl = target.Spec.Url.ToString(),
            LastError = last?.Error ?? "",
            LastScrapeUnixMs = last?.TimestampMs ?? 0,
            LastScrapeDuration = last?.Duration ?? TimeSpan.Zero,
            Health = last is null ? TargetHealth.Unknown : last.Error is null ? TargetHealth.Up : TargetHealth.Down,
            Interval = target.Spec.Interval,
            Timeout = target.Spec.Timeout,
            Metadata = target.Memory.Metadata.Shown,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(3340, LogLevel.Error, "Job {Job} cannot be scraped: {Reason}")]
        public static partial void JobUnusable(ILogger logger, string job, string reason);

        [LoggerMessage(3341, LogLevel.Error, "{Count} targets are not scraped: {Max} are the most in all.")]
        public static partial void TooManyTargets(ILogger logger, int count, int max);
    }
}
