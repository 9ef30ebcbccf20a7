namespace Flyball.Metrics.Rules.Files;

/// <summary>A group of rules, evaluated one after the other at one time.</summary>
internal sealed record RuleGroupSpec
{
    public required string File { get; init; }

    public required string Name { get; init; }

    /// <summary>Null takes the default.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>How far back the group looks, for samples that arrive late.</summary>
    public TimeSpan QueryOffset { get; init; }

    /// <summary>Series or alerts that one rule may give; 0 for any number.</summary>
    public int Limit { get; init; }

    public required IReadOnlyList<RuleSpec> Rules { get; init; }

    /// <summary>The text of the group in its file: a group whose text stays the same goes on undisturbed.</summary>
    public required string Fingerprint { get; init; }
}
