namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>What a rule gave: samples to write, or why there are none.</summary>
internal sealed record RuleOutcome(IReadOnlyList<RuleSample> Samples, string? Error)
{
    public static RuleOutcome Of(IReadOnlyList<RuleSample> samples) => new(samples, null);

    public static RuleOutcome Failed(string error) => new([], error);
}
