namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>What all groups share.</summary>
/// <param name="Options">The module's options.</param>
/// <param name="Evaluator">Evaluates one rule.</param>
/// <param name="Metrics">Counts.</param>
/// <param name="Turns">So many groups are evaluated at one time.</param>
/// <param name="Time">The clock.</param>
internal sealed record GroupParts(
    MetricsOptions Options, RuleEvaluator Evaluator, RuleMetrics Metrics, SemaphoreSlim Turns, TimeProvider Time);
