namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>How a rule's last evaluation went; immutable, exchanged as a whole.</summary>
internal sealed record RuleStatus(
    RuleHealth Health, string Error, long EvaluatedAtMs, TimeSpan Duration, IReadOnlyList<Alert> Alerts)
{
    public static RuleStatus New { get; } = new(RuleHealth.Unknown, "", 0, TimeSpan.Zero, []);
}
