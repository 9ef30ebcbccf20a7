using Flyball.Base.Work;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Rules.Notifying;
using Microsoft.Extensions.Logging;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>Evaluates a rule against the store, writes what it gives, and hands alerts to the notifier.</summary>
internal sealed partial class RuleEvaluator(
    MetricsOptions options, StoreHost host, QueryEngine engine, RuleWriter writer, AlertNotifier notifier,
    IWorkers workers, ILogger<RuleEvaluator> logger)
{
    private readonly Labels externalLabels = Labels.From(
        options.ExternalLabels.Select(label => new Label(label.Key, label.Value)));

    /// <summary>One evaluation; the result is null, or why it failed.</summary>
    public async Task<string?> EvaluateAsync(RunningGroup group, RunningRule rule, long atMs)
    {
        long queryAtMs = atMs - (long)group.Spec.QueryOffset.TotalMilliseconds;
        string? error;
        using (StoreLease? lease = host.TryEnter())
        {
            error = lease is null
                ? host.DescribeAbsence()
                : await EvaluateAsync(lease, group, rule, atMs, queryAtMs);
        }

        if (error is not null && rule.Status.Error != error) Log.Failed(logger, rule.Spec.Name, group.Key, error);
        return error;
    }

    /// <summary>Brings back since when alerts were active before this process started.</summary>
    public async Task RestoreAsync(RunningGroup group, long nowMs)
    {
        using StoreLease? lease = host.TryEnter();
        foreach (AlertingRule rule in group.Rules.OfType<AlertingRule>().Where(rule => !rule.IsRestored))
        {
            if (lease is not null) await workers.RunAsync(() => Restore(lease, rule, nowMs), CancellationToken.None);
            rule.IsRestored = true;
        }
    }

    private async Task<string?> EvaluateAsync(
        StoreLease lease, RunningGroup group, RunningRule rule, long atMs, long queryAtMs)
    {
        var context = new RuleContext
        {
            AtMs = atMs,
            QueryAtMs = queryAtMs,
            Limit = group.Spec.Limit,
            ExternalLabels = externalLabels,
            ExternalUrl = options.ExternalUrl,
            Query = (query, time) => engine.Instant(lease.Store, query, time),
        };
        RuleOutcome outcome = await workers.RunAsync(() => rule.Evaluate(context), CancellationToken.None);
        if (outcome.Error is { } error) return error;
        if (rule is AlertingRule alerting) Notify(alerting, group.Interval, atMs);
        HashSet<Labels> written = [.. outcome.Samples.Select(sample => sample.Labels)];
        string? refused = await writer.WriteAsync(
            outcome.Samples, rule.Written.Where(labels => !written.Contains(labels)), queryAtMs);
        if (refused is null) rule.Written = written;
        return refused;
    }

    private void Notify(AlertingRule rule, TimeSpan interval, long atMs)
    {
        long resendMs = (long)options.AlertResendDelay.TotalMilliseconds;
        // A receiver waits for two failed attempts before it takes the alert for resolved.
        long validMs = 4 * Math.Max(resendMs, (long)interval.TotalMilliseconds);
        foreach (Alert alert in rule.Alerts.Where(alert => alert.NeedsSending(atMs, resendMs)))
        {
            Alert sent = alert with { SentAtMs = atMs, ValidUntilMs = atMs + validMs };
            rule.Table.Set(sent);
            notifier.Enqueue(OutgoingAlert.From(sent, externalLabels, options.ExternalUrl, rule.Spec.Query));
        }
    }

    private void Restore(StoreLease lease, AlertingRule rule, long nowMs)
    {
        long fromMs = nowMs - (long)options.AlertOutageMax.TotalMilliseconds;
        LabelMatcher[] matchers =
        [
            LabelMatcher.Equal(LabelNames.MetricName, AlertingRule.ForStateMetric),
            LabelMatcher.Equal(AlertingRule.AlertName, rule.Spec.Name),
        ];
        using ISeriesSource source = lease.Store.Open(fromMs, nowMs);
        var known = new Dictionary<Labels, ISeries>();
        foreach (ISeries series in source.Select(new SeriesQuery(fromMs, nowMs, matchers)))
            known[series.Labels.WithoutMetricName()] = series;
        foreach (Alert alert in rule.Alerts.Where(alert => alert.IsActive))
        {
            if (!known.TryGetValue(alert.Labels, out ISeries? series)) continue;
            ISampleIterator samples = series.Iterate();
            (long atMs, double value) last = (0, SpecialValues.StaleNaN);
            while (samples.Next() == SampleKind.Float) last = (samples.TimestampMs, samples.Value);
            if (SpecialValues.IsStale(last.value)) continue;
            long activeAtMs = AlertRestoration.ActiveAt(
                (long)(last.value * 1000), last.atMs, nowMs, (long)rule.Spec.For.TotalMilliseconds,
                (long)options.AlertGracePeriod.TotalMilliseconds);
            rule.Table.Set(alert with { ActiveAtMs = activeAtMs });
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3210, LogLevel.Warning, "The rule {Rule} of {Group} cannot be evaluated: {Reason}")]
        public static partial void Failed(ILogger logger, string rule, string group, string reason);
    }
}
