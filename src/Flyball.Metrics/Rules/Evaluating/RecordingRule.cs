using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Rules.Files;
using Flyball.Metrics.Rules.Templating;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>Writes an expression's result under a name of its own.</summary>
internal sealed class RecordingRule(RuleSpec spec) : RunningRule(spec)
{
    public override RuleOutcome Evaluate(RuleContext context)
    {
        QueryResult result = context.Query(Spec.Query, context.QueryAtMs);
        if (!result.IsSuccess) return RuleOutcome.Failed(result.Error);
        if (context.Limit > 0 && result.Series.Count > context.Limit)
            return RuleOutcome.Failed($"exceeded limit of {context.Limit} with {result.Series.Count} series");
        var samples = new List<RuleSample>(result.Series.Count);
        var seen = new HashSet<Labels>();
        var builder = new LabelsBuilder();
        foreach (ResultSeries series in result.Series)
        {
            builder.Reset(series.Labels).Set(LabelNames.MetricName, Spec.Name);
            foreach ((string name, Template value) in Spec.Labels) builder.Set(name, value.Text);
            Labels labels = builder.ToLabels();
            if (!seen.Add(labels))
                return RuleOutcome.Failed($"two series have the same labels after the rule's are applied: {labels}");
            samples.Add(new RuleSample(labels, series.Samples[0]));
        }

        return RuleOutcome.Of(samples);
    }
}
