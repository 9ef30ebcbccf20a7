using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;

namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>What a rule is evaluated with.</summary>
internal sealed record RuleContext
{
    /// <summary>The evaluation's time.</summary>
    public required long AtMs { get; init; }

    /// <summary>The time that the rule looks at and writes for.</summary>
    public required long QueryAtMs { get; init; }

    /// <summary>Series or alerts at most; 0 for any number.</summary>
    public int Limit { get; init; }

    /// <summary>An instant query at a time in Unix milliseconds.</summary>
    public required Func<string, long, QueryResult> Query { get; init; }

    public Labels ExternalLabels { get; init; } = Labels.Empty;

    public string ExternalUrl { get; init; } = "";
}
