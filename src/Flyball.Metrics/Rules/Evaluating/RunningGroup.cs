using Flyball.Metrics.Model;
using Flyball.Metrics.Rules.Files;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>
/// A group of rules at work: evaluated at times that only depend on its name, one rule after the other.
/// </summary>
internal sealed class RunningGroup(RuleGroupSpec spec, GroupParts parts) : IAsyncDisposable
{
    /// <summary>What was scraped and recorded after a restart shows in the second evaluation.</summary>
    private const int EvaluationsBeforeRestoration = 2;

    private readonly CancellationTokenSource stop = new();
    private readonly TimeSpan interval = spec.Interval ?? parts.Options.RuleInterval;
    private Task loop = Task.CompletedTask;

    public RuleGroupSpec Spec => spec;

    public TimeSpan Interval => interval;

    public IReadOnlyList<RunningRule> Rules { get; } = [.. spec.Rules.Select(RunningRule.Create)];

    /// <summary>Evaluations that are complete.</summary>
    public int Evaluations { get; private set; }

    public long LastEvaluationMs { get; private set; }

    public TimeSpan LastDuration { get; private set; }

    /// <summary>The name by which the group is counted.</summary>
    public string Key => $"{spec.File};{spec.Name}";

    /// <summary>Takes over what rules of an earlier version of this group know: equal rules in their order.</summary>
    public void CopyFrom(RunningGroup other)
    {
        ILookup<string, RunningRule> known = other.Rules.ToLookup(rule => rule.Spec.Identity);
        foreach (IGrouping<string, RunningRule> same in Rules.GroupBy(rule => rule.Spec.Identity))
        {
            foreach ((RunningRule mine, RunningRule theirs) in same.Zip(known[same.Key])) mine.CopyFrom(theirs);
        }
    }

    /// <summary>The series of this group that another version of it does not go on with.</summary>
    public IReadOnlyList<Labels> Orphans(RunningGroup? successor)
    {
        HashSet<Labels> kept = successor is null ? [] : [.. successor.Rules.SelectMany(rule => rule.Written)];
        return [.. Rules.SelectMany(rule => rule.Written).Where(labels => !kept.Contains(labels)).Distinct()];
    }

    /// <param name="restores">Whether this process has just started: alerts may have been active before.</param>
    public void Start(bool restores)
    {
        // A rule that fires within the grace period anyway loses nothing by beginning anew.
        foreach (AlertingRule rule in Rules.OfType<AlertingRule>())
            rule.IsRestored |= !restores || rule.Spec.For < parts.Options.AlertGracePeriod;
        loop = RunAsync();
    }

    /// <summary>Ends after the evaluation that is going on.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await loop;
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        long nextMs = GroupSchedule.First(Key, interval, Now());
        try
        {
            while (true)
            {
                long waitMs = nextMs - Now();
                if (waitMs > 0) await Task.Delay(TimeSpan.FromMilliseconds(waitMs), parts.Time, stop.Token);
                stop.Token.ThrowIfCancellationRequested();
                await EvaluateAsync(nextMs);
                nextMs = GroupSchedule.Next(nextMs, interval, Now(), out long missed);
                if (missed > 0) parts.Metrics.Missed(Key, missed);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task EvaluateAsync(RunningRule rule, long atMs)
    {
        long began = parts.Time.GetTimestamp();
        string? error = await parts.Evaluator.EvaluateAsync(this, rule, atMs);
        parts.Metrics.Evaluated(Key, error is null);
        rule.Status = new RuleStatus(
            error is null ? RuleHealth.Good : RuleHealth.Bad, error ?? "", atMs, parts.Time.GetElapsedTime(began),
            rule.Alerts);
    }

    private long Now() => parts.Time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task EvaluateAsync(long atMs)
    {
        await parts.Turns.WaitAsync(stop.Token);
        try
        {
            long began = parts.Time.GetTimestamp();
            LastEvaluationMs = atMs;
            foreach (RunningRule rule in Rules) await EvaluateAsync(rule, atMs);
            if (Evaluations + 1 == EvaluationsBeforeRestoration) await parts.Evaluator.RestoreAsync(this, atMs);
            LastDuration = parts.Time.GetElapsedTime(began);
            parts.Metrics.Took(Key, LastDuration);
            Evaluations++;
        }
        finally
        {
            parts.Turns.Release();
        }
    }
}
