namespace Flyball.Metrics.Rules.Evaluating;

/// <summary>How a rule's last evaluation went.</summary>
internal enum RuleHealth
{
    /// <summary>Not evaluated yet.</summary>
    Unknown,

    Good,

    Bad,
}
