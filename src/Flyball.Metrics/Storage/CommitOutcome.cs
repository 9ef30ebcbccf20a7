namespace Flyball.Metrics.Storage;

/// <summary>Whether what was appended is durable.</summary>
internal enum CommitOutcome
{
    /// <summary>It survives a power loss.</summary>
    Durable,

    /// <summary>The disk refuses: full, or failing. The sender tries again later; queries go on.</summary>
    Unavailable,
}
