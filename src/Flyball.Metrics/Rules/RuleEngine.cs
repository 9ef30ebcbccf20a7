using Flyball.Base.Work;
using Flyball.Metrics.Api.Status;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Rules.Evaluating;
using Flyball.Metrics.Rules.Files;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Rules;

/// <summary>
/// Keeps the groups of the rule files at work: reads the files when they change, leaves groups alone whose text is the
/// same, and hands what rules know to their next version. Files with a problem change nothing.
/// </summary>
internal sealed partial class RuleEngine(
    GroupParts parts, QueryOptions query, ConfigText config, RuleWriter writer, IWorkers workers,
    ILogger<RuleEngine> logger) : IAsyncDisposable
{
    private readonly SemaphoreSlim loading = new(1, 1);
    private volatile RunningGroup[] groups = [];
    private string fingerprint = "";
    private bool hasLoaded;

    /// <summary>The groups at work, by file and name.</summary>
    public IReadOnlyList<RunningGroup> Groups => groups;

    /// <summary>Reads the files and applies them.</summary>
    /// <param name="onlyIfChanged">Whether files that look as before are left unread.</param>
    /// <returns>What is wrong with them; with problems everything stays as it was.</returns>
    public async Task<IReadOnlyList<RuleProblem>> ReloadAsync(bool onlyIfChanged)
    {
        await loading.WaitAsync(CancellationToken.None);
        try
        {
            IReadOnlyList<string> files = RuleFiles.Find(parts.Options.RuleFiles);
            string seen = RuleFiles.Fingerprint(files);
            if (onlyIfChanged && seen == fingerprint) return [];
            fingerprint = seen;
            (IReadOnlyList<RuleGroupSpec> specs, IReadOnlyList<RuleProblem> problems) =
                await workers.RunAsync(() => RuleFiles.Read(files, query.Features), CancellationToken.None);
            config.Reloaded(ConfigText.RulesPart, problems.Count == 0);
            foreach (RuleProblem problem in problems) Log.Refused(logger, problem.ToString());
            if (problems.Count == 0) await ApplyAsync(specs);
            return problems;
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Stops all groups, each after the evaluation that is going on.</summary>
    public async Task StopAsync()
    {
        await loading.WaitAsync(CancellationToken.None);
        try
        {
            foreach (RunningGroup group in groups) await group.DisposeAsync();
            groups = [];
        }
        finally
        {
            loading.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        loading.Dispose();
    }

    private async Task ApplyAsync(IReadOnlyList<RuleGroupSpec> specs)
    {
        Dictionary<string, RunningGroup> old = groups.ToDictionary(group => group.Key, StringComparer.Ordinal);
        var next = new List<RunningGroup>();
        var started = new List<RunningGroup>();
        foreach (RuleGroupSpec spec in specs)
        {
            var group = new RunningGroup(spec, parts);
            if (old.Remove(group.Key, out RunningGroup? same) && same.Spec.Fingerprint == spec.Fingerprint)
            {
                next.Add(same);
                continue;
            }

            if (same is not null)
            {
                await same.DisposeAsync();
                group.CopyFrom(same);
                await EndSeriesAsync(same.Orphans(group));
            }

            next.Add(group);
            started.Add(group);
        }

        foreach (RunningGroup gone in old.Values)
        {
            await gone.DisposeAsync();
            await EndSeriesAsync(gone.Orphans(null));
        }

        groups = [.. next.OrderBy(group => group.Spec.File, StringComparer.Ordinal)];
        foreach (RunningGroup group in started) group.Start(restores: !hasLoaded);
        hasLoaded = true;
        Log.Loaded(logger, groups.Length, started.Count);
    }

    /// <summary>Series that nobody writes any more end now, rather than after the lookback.</summary>
    private async Task EndSeriesAsync(IReadOnlyList<Labels> series)
    {
        if (series.Count > 0) await writer.WriteAsync([], series, parts.Time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private static partial class Log
    {
        [LoggerMessage(3230, LogLevel.Error, "The rule files are left as they were: {Problem}")]
        public static partial void Refused(ILogger logger, string problem);

        [LoggerMessage(
            3231, LogLevel.Information, "{Groups} rule groups are at work, {Changed} of them new or changed.")]
        public static partial void Loaded(ILogger logger, int groups, int changed);
    }
}
