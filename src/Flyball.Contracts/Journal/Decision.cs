namespace Flyball.Contracts.Journal;

/// <summary>
/// Why the machine did something; appended when an outcome or its reason changes. <c>flyball why</c> prints these.
/// </summary>
public sealed record Decision
{
    public int Format { get; set; } = 1;

    /// <summary>
    /// Which part decided: <c>placement</c>, <c>rollout</c>, <c>rollback</c>, <c>scale</c>, <c>restart</c>,
    /// <c>drain</c>.
    /// </summary>
    public required string Area { get; init; }

    /// <summary>What was decided, in a few words.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why, in one sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The workload it concerns; null when none.</summary>
    public string? Workload { get; init; }

    /// <summary>What was known when it was decided.</summary>
    public SortedDictionary<string, string> Inputs { get; set; } = new(StringComparer.Ordinal);
}
