using Flyball.Metrics.Api.Targets;
using Flyball.Metrics.Model;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Discovery;
using Flyball.Metrics.Scraping.Http;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Scraping.Targets;

/// <summary>The targets of one job, kept in step with what its sources publish.</summary>
internal sealed partial class ScrapePool : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    /// <summary>
    /// Not disposed with the pool, because a scrape may still be using it: idle connections close by themselves.
    /// </summary>
    private readonly HttpMessageInvoker _client;
    private readonly IReadOnlyList<TargetGroup>[] _published;
    private readonly ScrapeOptions _options;
    private readonly ScrapeSchedule _schedule;
    private readonly Func<int, int> _reserve;
    private readonly ILogger _logger;
    private Dictionary<string, ScrapeTarget> _targets = new(StringComparer.Ordinal);
    private Task _discovery = Task.CompletedTask;
    private bool _isClosed;

    /// <param name="job">What and how.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="schedule">Takes the targets.</param>
    /// <param name="reserve">Asks for a number of targets more (or fewer) and gets how many are granted.</param>
    /// <param name="logger">For people.</param>
    /// <exception cref="IOException">A certificate cannot be read.</exception>
    public ScrapePool(
        ScrapeJob job, ScrapeOptions options, ScrapeSchedule schedule, Func<int, int> reserve, ILogger logger)
    {
        (Job, _options, _schedule, _reserve, _logger) = (job, options, schedule, reserve, logger);
        _client = HttpConnections.Create(job.Http);
        _published = [.. job.Sources.Select(_ => (IReadOnlyList<TargetGroup>)[])];
    }

    public ScrapeJob Job { get; }

    public IReadOnlyList<DroppedTarget> Dropped { get; private set; } = [];

    public int DroppedCount { get; private set; }

    public IReadOnlyList<ScrapeTarget> Targets
    {
        get
        {
            lock (_gate) return [.. _targets.Values.OrderBy(target => target.Spec.Key, StringComparer.Ordinal)];
        }
    }

    /// <summary>Runs the sources.</summary>
    public void Start(DiscoveryRuntime runtime) =>
        _discovery = Task.WhenAll(Job.Sources.Select((source, index) => RunAsync(source, index, runtime)));

    /// <summary>Ends discovery; the targets' series end, unless the server itself stops.</summary>
    public async Task CloseAsync(bool endsSeries)
    {
        if (_isClosed) return;
        await _stop.CancelAsync();
        await _discovery;
        lock (_gate)
        {
            _isClosed = true;
            if (endsSeries)
            {
                foreach (ScrapeTarget target in _targets.Values) _schedule.Remove(target);
            }

            _reserve(-_targets.Count);
            _targets = new Dictionary<string, ScrapeTarget>(StringComparer.Ordinal);
        }

        _stop.Dispose();
    }

    public async ValueTask DisposeAsync() => await CloseAsync(endsSeries: false);

    private async Task RunAsync(ITargetSource source, int index, DiscoveryRuntime runtime)
    {
        try
        {
            await source.RunAsync(groups => Publish(index, groups), runtime, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Log.SourceBroken(_logger, e, Job.Name);
        }
    }

    private void Publish(int index, IReadOnlyList<TargetGroup> groups)
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _published[index] = groups;
            Sync(Build());
        }
    }

    private Dictionary<string, TargetSpec> Build()
    {
        var specs = new Dictionary<string, TargetSpec>(StringComparer.Ordinal);
        var dropped = new List<DroppedTarget>();
        int droppedCount = 0;
        int shownMax = Job.Limits.DroppedTargets > 0 ? Job.Limits.DroppedTargets : _options.DroppedShownMax;
        foreach (TargetGroup group in _published.SelectMany(groups => groups))
        {
            foreach (Labels labels in group.Targets)
            {
                Labels discovered = TargetBuilder.Discovered(Job, group.Labels, labels);
                TargetSpec? spec = TargetBuilder.TryBuild(Job, discovered, out string? problem);
                if (problem is not null) Log.TargetUnusable(_logger, Job.Name, problem);
                if (spec is not null)
                {
                    specs.TryAdd(spec.Key, spec);
                    continue;
                }

                droppedCount++;
                if (dropped.Count < shownMax) dropped.Add(new DroppedTarget(Job.Name, discovered));
            }
        }

        (Dropped, DroppedCount) = (dropped, droppedCount);
        int limit = Job.Limits.Targets;
        if (limit > 0 && specs.Count > limit)
        {
            Log.TooManyTargets(_logger, Job.Name, specs.Count, limit);
            specs.Clear();
        }

        return specs;
    }

    private void Sync(Dictionary<string, TargetSpec> wanted)
    {
        var next = new Dictionary<string, ScrapeTarget>(StringComparer.Ordinal);
        foreach ((string key, ScrapeTarget target) in _targets)
        {
            if (wanted.ContainsKey(key)) next.Add(key, target);
            else _schedule.Remove(target);
        }

        _reserve(next.Count - _targets.Count);
        int granted = _reserve(wanted.Count - next.Count);
        foreach ((string key, TargetSpec spec) in wanted.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (next.ContainsKey(key) || granted-- <= 0) continue;
            var target = new ScrapeTarget(spec, _client);
            next.Add(key, target);
            _schedule.Add(target);
        }

        _targets = next;
    }

    private static partial class Log
    {
        [LoggerMessage(3330, LogLevel.Warning, "A target of job {Job} is of no use: {Reason}.")]
        public static partial void TargetUnusable(ILogger logger, string job, string reason);

        [LoggerMessage(3331, LogLevel.Error,
            "Job {Job} has {Count} targets, target_limit is {Limit}: none of them is scraped.")]
        public static partial void TooManyTargets(ILogger logger, string job, int count, int limit);

        [LoggerMessage(3332, LogLevel.Error, "BUG: a discovery of job {Job} broke off.")]
        public static partial void SourceBroken(ILogger logger, Exception exception, string job);
    }
}
