using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Histograms;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Rules.Files;
using Flyball.Metrics.Rules.Templating;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>Makes an alert of each series of an expression's result.</summary>
internal sealed class AlertingRule : RunningRule
{
    public const string AlertName = "alertname";
    public const string StateLabel = "alertstate";

    /// <summary>The series that shows pending and firing alerts.</summary>
    public const string AlertsMetric = "ALERTS";

    /// <summary>The series that remembers over a restart since when alerts are active.</summary>
    public const string ForStateMetric = "ALERTS_FOR_STATE";

    private readonly AlertTable table;

    public AlertingRule(RuleSpec spec) : base(spec) => table = new AlertTable(spec.For, spec.KeepFiringFor);

    /// <summary>
    /// Whether the state from before a restart has been looked for; until then nothing is written that would hide it.
    /// </summary>
    public bool IsRestored { get; set; }

    public AlertTable Table => table;

    public override IReadOnlyList<Alert> Alerts => [.. table.All];

    public override RuleOutcome Evaluate(RuleContext context)
    {
        QueryResult result = context.Query(Spec.Query, context.QueryAtMs);
        if (!result.IsSuccess) return RuleOutcome.Failed(result.Error);
        var found = new Dictionary<Labels, Alert>();
        foreach (ResultSeries series in result.Series)
        {
            Alert alert = Make(series, context);
            if (!found.TryAdd(alert.Labels, alert))
                return RuleOutcome.Failed(
                    $"two series have the same labels after the alert's are applied: {alert.Labels}");
        }

        IReadOnlyList<Alert> active = table.Update(found, context.AtMs);
        if (context.Limit > 0 && active.Count > context.Limit)
        {
            table.Clear();
            return RuleOutcome.Failed($"exceeded limit of {context.Limit} with {active.Count} alerts");
        }

        return RuleOutcome.Of(IsRestored ? [.. active.SelectMany(Samples)] : []);
    }

    public override void CopyFrom(RunningRule other)
    {
        base.CopyFrom(other);
        if (other is not AlertingRule alerting) return;
        table.CopyFrom(alerting.table);
        IsRestored = alerting.IsRestored;
    }

    private static IEnumerable<RuleSample> Samples(Alert alert)
    {
        string state = alert.State == AlertState.Firing ? "firing" : "pending";
        yield return new RuleSample(
            alert.Labels.With(LabelNames.MetricName, AlertsMetric).With(StateLabel, state), new Sample(1));
        yield return new RuleSample(
            alert.Labels.With(LabelNames.MetricName, ForStateMetric),
            new Sample(Math.Floor(alert.ActiveAtMs / 1000.0)));
    }

    private Alert Make(ResultSeries series, RuleContext context)
    {
        Sample sample = series.Samples[0];
        var scope = new TemplateScope
        {
            Labels = series.Labels.WithoutMetricName(),
            Value = sample.Histogram is { } histogram ? HistogramText.Describe(histogram) : sample.Value,
            ExternalLabels = context.ExternalLabels,
            ExternalUrl = context.ExternalUrl,
            AtUnixMs = context.QueryAtMs,
            Query = text => Query(text, context),
        };
        var labels = new LabelsBuilder(scope.Labels);
        foreach ((string name, Template value) in Spec.Labels) labels.Set(name, value.Expand(scope, out _));
        labels.Set(AlertName, Spec.Name);
        var annotations = new LabelsBuilder(Labels.Empty);
        foreach ((string name, Template value) in Spec.Annotations) annotations.Set(name, value.Expand(scope, out _));
        return new Alert
        {
            Labels = labels.ToLabels(),
            Annotations = annotations.ToLabels(),
            State = AlertState.Pending,
            Value = sample.Value,
            ActiveAtMs = context.AtMs,
        };
    }

    private static IReadOnlyList<TemplateSample> Query(string text, RuleContext context)
    {
        QueryResult result = context.Query(text, context.QueryAtMs);
        if (!result.IsSuccess) throw new TemplateException(result.Error);
        return [.. result.Series.Select(series => new TemplateSample(series.Labels, series.Samples[0].Value))];
    }
}
