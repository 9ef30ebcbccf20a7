namespace Flyball.Scheduling.Workloads.Explaining;

/// <summary>
/// Why something is as it is: one sentence, what is known now, what was decided and what happened, oldest first.
/// </summary>
internal sealed record WhyAnswer
{
    public required string Name { get; init; }

    public required string Summary { get; init; }

    public required IReadOnlyList<string> Facts { get; init; }

    public required IReadOnlyList<WhyEntry> Decisions { get; init; }

    public required IReadOnlyList<WhyEntry> Events { get; init; }
}
